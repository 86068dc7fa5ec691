import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import type { PairBatch } from '../../data/batch.ts'
import type { EncoderTrace } from '../../models/model.ts'
import { MASKED } from '../../ops/masked-softmax.ts'

export const directions = ['x_to_y', 'y_to_x'] as const
export type Direction = (typeof directions)[number]

/**
 * Which rows and keys of a batch's cross blocks are real. Blocks cover the content tokens only:
 * [CLS] and [SEP] are left out on both sides (virt.md, "VIRT distillation").
 */
export interface BlockMasks {
  /** Added to scores before the softmax: 0 for a token, −1e9 for padding. */
  keyBias: Record<Direction, Tensor4D> // [batch, 1, 1, keys]
  /**
   * 1/(valid rows of the example · batch) for a token, 0 for padding: Σ weights = 1, so a weighted sum
   * is the mean over an example's rows, then over the batch.
   */
  rowWeight: Record<Direction, Tensor3D> // [batch, 1, rows]
  xContent: number // longest X content in the batch
  yContent: number
}

/** Scores of one layer in both directions, before the softmax, padded keys masked. */
export type CrossScores = Record<Direction, Tensor4D> // x_to_y: [batch, heads, xLen, yLen]

export function blockMasks(batch: PairBatch): BlockMasks {
  const { x, y } = batch
  const xContent = x.length - 2
  const yContent = y.length - 2
  const keyBias = (block: typeof x, keys: number) => {
    const values = new Float32Array(block.batch * keys)
    for (let b = 0; b < block.batch; b++) {
      values.fill(MASKED, b * keys + block.lengths[b]! - 2, (b + 1) * keys)
    }
    return tf.tensor4d(values, [block.batch, 1, 1, keys])
  }
  const rowWeight = (block: typeof x, rows: number, other: typeof x) => {
    const values = new Float32Array(block.batch * rows)
    for (let b = 0; b < block.batch; b++) {
      const valid = block.lengths[b]! - 2
      // A text without content has no map; its rows, and those that would attend to it, count for nothing.
      if (valid === 0 || other.lengths[b]! === 2) continue
      values.fill(1 / (valid * block.batch), b * rows, b * rows + valid)
    }
    return tf.tensor3d(values, [block.batch, 1, rows])
  }
  return {
    keyBias: { x_to_y: keyBias(y, yContent), y_to_x: keyBias(x, xContent) },
    rowWeight: { x_to_y: rowWeight(x, xContent, y), y_to_x: rowWeight(y, yContent, x) },
    xContent,
    yContent,
  }
}

/**
 * The student's virtual interaction at one layer: what attention between the towers would have been.
 *
 *   S̃_{x→y} = Q̃_x K̃_yᵀ/√d_h,   S̃_{y→x} = Q̃_y K̃_xᵀ/√d_h
 *
 * @param layer from 1
 */
export function virtualScores(
  towers: { x: EncoderTrace; y: EncoderTrace },
  layer: number,
  masks: BlockMasks,
): CrossScores {
  const content = (t: Tensor4D, length: number) =>
    tf.slice(t, [0, 0, 1, 0], [t.shape[0], t.shape[1], length, t.shape[3]]) // without [CLS], [SEP]
  const queries = (side: EncoderTrace, length: number) => content(side.queries[layer - 1]!, length)
  const keys = (side: EncoderTrace, length: number) => content(side.keys[layer - 1]!, length)
  const { x, y } = towers
  const { xContent, yContent } = masks
  return {
    x_to_y: score(queries(x, xContent), keys(y, yContent), masks.keyBias.x_to_y),
    y_to_x: score(queries(y, yContent), keys(x, xContent), masks.keyBias.y_to_x),
  }
}

/**
 * The teacher's two cross blocks of S = QKᵀ/√d_h over the joint sequence [CLS] x [SEP] y [SEP]. y starts
 * where x ends, so its rows are gathered by example.
 */
export function jointScores(
  joint: EncoderTrace,
  layer: number,
  batch: PairBatch,
  masks: BlockMasks,
): CrossScores {
  const { xContent, yContent } = masks
  const xStart = new Int32Array(batch.x.batch).fill(1)
  const q = joint.queries[layer - 1]!
  const k = joint.keys[layer - 1]!
  return {
    x_to_y: score(
      rowsFrom(q, xStart, xContent),
      rowsFrom(k, batch.x.lengths, yContent),
      masks.keyBias.x_to_y,
    ),
    y_to_x: score(
      rowsFrom(q, batch.x.lengths, yContent),
      rowsFrom(k, xStart, xContent),
      masks.keyBias.y_to_x,
    ),
  }
}

/** softmax inside the block (paper §3.2: renormalised, not a slice of the full row's softmax). */
export function mapsOf(scores: CrossScores): Record<Direction, Tensor4D> {
  return { x_to_y: tf.softmax(scores.x_to_y), y_to_x: tf.softmax(scores.y_to_x) }
}

function score(queries: Tensor4D, keys: Tensor4D, keyBias: Tensor4D): Tensor4D {
  const scale = 1 / Math.sqrt(queries.shape[3])
  return tf.add(tf.mul(tf.matMul(queries, keys, false, true), scale), keyBias) // [batch, heads, rows, keys]
}

/** t[b, :, start[b] + j, :] for j < count; what lies behind the sequence's end repeats its last row (masked later). */
export function rowsFrom(t: Tensor4D, start: Int32Array, count: number): Tensor4D {
  const [batch, heads, length, headSize] = t.shape
  const indices = new Int32Array(batch * heads * count)
  let i = 0
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const row = (b * heads + h) * length
      for (let j = 0; j < count; j++) indices[i++] = row + Math.min(start[b]! + j, length - 1)
    }
  }
  const flat: Tensor2D = tf.reshape(t, [batch * heads * length, headSize])
  return tf.reshape(tf.gather(flat, tf.tensor1d(indices, 'int32')), [batch, heads, count, headSize])
}
