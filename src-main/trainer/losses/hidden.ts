import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import type { PairBatch, TokenBlock } from '../data/batch.ts'
import type { ForwardOutput } from '../models/model.ts'
import { rowsFrom } from './virt/blocks.ts'

export const sides = ['x', 'y'] as const
type Side = (typeof sides)[number]

/**
 * A layer's output for the content tokens of X and of Y, without [CLS] and [SEP], wherever the model has them: in
 * towers or in the joint sequence. → [batch, longest content, hidden]; what is behind a text's end is not to be read.
 *
 * @param layer from 1
 */
export function contentStates(
  { joint, towers }: ForwardOutput,
  layer: number,
  batch: PairBatch,
): Record<Side, Tensor3D> {
  const ones = new Int32Array(batch.x.batch).fill(1)
  const from = (states: Tensor3D, starts: Int32Array, count: number): Tensor3D =>
    tf.squeeze(rowsFrom(tf.expandDims(states, 1), starts, count), [1])
  const at = (states: Tensor3D[]) => {
    const found = states[layer - 1]
    if (!found) throw new Error(`there is no trace of layer ${layer}`)
    return found
  }
  const counts = { x: batch.x.length - 2, y: batch.y.length - 2 }
  if (towers) {
    return {
      x: from(at(towers.x.hiddenStates), ones, counts.x),
      y: from(at(towers.y.hiddenStates), ones, counts.y),
    }
  }
  if (!joint) throw new Error('the model was not traced')
  const states = at(joint.hiddenStates)
  return { x: from(states, ones, counts.x), y: from(states, batch.x.lengths, counts.y) }
}

/** 1/(content tokens of the text · batch) for a token, 0 for padding: [batch, longest content]. */
export function contentWeights(batch: PairBatch): Record<Side, Tensor2D> {
  const weights = (block: TokenBlock) => {
    const longest = block.length - 2
    const values = new Float32Array(block.batch * longest)
    block.lengths.forEach((length, b) => {
      const tokens = length - 2
      values.fill(1 / (tokens * block.batch), b * longest, b * longest + tokens)
    })
    return tf.tensor2d(values, [block.batch, longest])
  }
  return { x: weights(batch.x), y: weights(batch.y) }
}

/** Σ over tokens of weight · ‖a − b‖²/d: both [batch, length, d], weights [batch, length]. */
export function stateError(a: Tensor3D, b: Tensor3D, weights: Tensor2D): Scalar {
  const perToken = tf.mean<Tensor2D>(tf.square(tf.sub(a, b)), 2) // [batch, length]
  return tf.sum(tf.mul(perToken, weights))
}
