import * as tf from '@tensorflow/tfjs-core'
import type { AttentionSnapshot } from '../../../src-shared/protocol.ts'
import type { PairBatch, EncodedPair } from '../data/batch.ts'
import {
  blockMasks,
  directions,
  jointScores,
  mapsOf,
  virtualScores,
  type BlockMasks,
  type CrossScores,
} from '../losses/virt/blocks.ts'
import { noDropout } from '../models/dropout.ts'
import type { PairModel } from '../models/model.ts'
import type { PairTokenizer } from '../tokenizer/wordpiece.ts'
import { packMap } from './pack-map.ts'

export interface CaptureRequest {
  model: PairModel
  source: AttentionSnapshot['source']
  step: number
  layers: 'all' | number[]
  pairs: EncodedPair[]
  batch: PairBatch
  tokenizer: PairTokenizer
}

/**
 * Cross-attention between the texts of a few examples: real in layers that read both texts, virtual in
 * towers. A dipair has none of its joint layer, which most tokens do not reach. Maps cover the content tokens,
 * softmax inside the block.
 */
export async function captureAttention(request: CaptureRequest): Promise<AttentionSnapshot[]> {
  const { model, batch, pairs } = request
  const maps = tf.tidy(() => {
    const output = model.forward(batch, { dropout: noDropout, trace: true })
    const masks = blockMasks(batch)
    const scoresOf = (layer: number, m: BlockMasks): CrossScores => {
      if (output.joint) return jointScores(output.joint, layer, batch, m)
      if (output.towers) return virtualScores(output.towers, layer, m)
      throw new Error(`${model.type} has no attention to show`)
    }
    const depth = (output.joint ?? output.towers?.x)?.queries.length ?? 0
    const layers =
      request.layers === 'all'
        ? Array.from({ length: depth }, (_, i) => i + 1)
        : request.layers.filter((layer) => layer <= depth)
    return layers.flatMap((layer) => {
      const both = mapsOf(scoresOf(layer, masks))
      return directions.map((direction) => ({ layer, direction, map: both[direction] }))
    })
  })

  const words = pairs.map((pair) => ({
    x: Array.from(pair.xIds, (id) => request.tokenizer.tokenOf(id)),
    y: Array.from(pair.yIds, (id) => request.tokenizer.tokenOf(id)),
  }))
  const snapshots: AttentionSnapshot[] = []
  for (const { layer, direction, map } of maps) {
    const [, heads, paddedRows, paddedColumns] = map.shape
    const values = (await map.data()) as Float32Array
    const size = heads * paddedRows * paddedColumns
    pairs.forEach((pair, b) => {
      const [rows, columns] =
        direction === 'x_to_y' ? [words[b]!.x, words[b]!.y] : [words[b]!.y, words[b]!.x]
      if (rows.length === 0 || columns.length === 0) return
      snapshots.push({
        step: request.step,
        exampleId: pair.id,
        layer,
        source: request.source,
        direction,
        heads,
        rowTokens: rows,
        columnTokens: columns,
        data: packMap(
          values.subarray(b * size, (b + 1) * size),
          { heads, paddedRows, paddedColumns },
          rows.length,
          columns.length,
        ),
      })
    })
  }
  tf.dispose(maps.map(({ map }) => map))
  return snapshots
}
