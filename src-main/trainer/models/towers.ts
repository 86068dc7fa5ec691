import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import type { PairBatch, TokenBlock } from '../data/batch.ts'
import { encode, encodeEmbedded, type EncodedBlock, type EncoderPass } from './encoder.ts'
import type { EncoderTrace, ForwardOutput } from './model.ts'

export interface Towers {
  x: EncodedBlock
  y: EncodedBlock
}

/**
 * X and Y through the same encoder, neither seeing the other; segment 0 and positions from 0 in both.
 * @param layers names of the layers to run; default: all of the encoder's
 */
export function encodeTowers(pass: EncoderPass, batch: PairBatch, layers?: string[]): Towers {
  const [x, y] = encode(pass, [batch.x, batch.y], layers) as [EncodedBlock, EncodedBlock]
  return { x, y }
}

/** The traces of both towers, where they were asked for. */
export function towerTraces({ x, y }: Towers): Pick<ForwardOutput, 'towers'> {
  return x.trace && y.trace ? { towers: { x: x.trace, y: y.trace } } : {}
}

/**
 * The first `keep.x` and `keep.y` vectors of both towers (padding among them, masked) through layers that read them
 * as one sequence: each token attends to its own text and the other. What the towers' embeddings said of positions
 * and segments is all that the layers know of order.
 */
export function encodeJointly(
  pass: EncoderPass,
  towers: Towers,
  batch: PairBatch,
  layers: string[],
  keep = { x: batch.x.length, y: batch.y.length },
): EncodedBlock {
  const xLength = Math.min(keep.x, batch.x.length)
  const yLength = Math.min(keep.y, batch.y.length)
  const size = batch.x.batch
  const length = xLength + yLength
  const hidden = tf.concat<Tensor3D>(
    [firstRows(towers.x.hidden, xLength), firstRows(towers.y.hidden, yLength)],
    1,
  ) // [batch, length, hidden]
  const attentionMask = new Float32Array(size * length)
  const copy = (block: TokenBlock, kept: number, at: number) => {
    for (let b = 0; b < size; b++) {
      const start = b * block.length
      attentionMask.set(block.attentionMask.subarray(start, start + kept), b * length + at)
    }
  }
  copy(batch.x, xLength, 0)
  copy(batch.y, yLength, xLength)
  const rows: Tensor2D = tf.reshape(hidden, [size * length, hidden.shape[2]])
  const [joint] = encodeEmbedded(pass, rows, [{ batch: size, length, attentionMask }], layers) as [
    EncodedBlock,
  ]
  return joint
}

/** The towers' traces, and above them what of the joint layers belongs to X and to Y. */
export function tracesWithJoint(
  towers: Towers,
  joint: EncodedBlock,
  batch: PairBatch,
): Pick<ForwardOutput, 'towers'> {
  const { towers: below } = towerTraces(towers)
  const above = joint.trace
  if (!below || !above) return {}
  const part = (trace: EncoderTrace, start: number, length: number): EncoderTrace => {
    const rowsOf = (t: Tensor4D) => slicePositions(t, 2, start, length)
    return {
      queries: [...trace.queries, ...above.queries.map(rowsOf)],
      keys: [...trace.keys, ...above.keys.map(rowsOf)],
      hiddenStates: [
        ...trace.hiddenStates,
        ...above.hiddenStates.map((t) => slicePositions(t, 1, start, length)),
      ],
    }
  }
  const { length: xLength } = batch.x
  return {
    towers: {
      x: part(below.x, 0, xLength),
      y: part(below.y, xLength, batch.y.length),
    },
  }
}

function firstRows(hidden: Tensor3D, count: number): Tensor3D {
  return slicePositions(hidden, 1, 0, count)
}

/** t[…, start : start + length, …] along `axis`. */
function slicePositions<T extends Tensor>(t: T, axis: number, start: number, length: number): T {
  const begin = t.shape.map((_, i) => (i === axis ? start : 0))
  const size = t.shape.map((n, i) => (i === axis ? length : n))
  return tf.slice(t, begin, size)
}
