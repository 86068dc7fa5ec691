import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import type { MarginMseConfig } from '../../../src-shared/config/distillation.ts'
import type { PairBatch, TokenBlock } from '../data/batch.ts'

/**
 * MarginMSE for labels. With two labels s_1 is the log-odds of relevance and this is the original: the squared error
 * of s(q, d⁺) − s(q, d⁻). A label's score is its logit against the others' mean, s_c = z_c − mean_{k ≠ c} z_k, and
 *
 *   L = Σ_{c, i, j} w_cij · ( [s_c(i) − s_c(j)] − [s_c(i) − s_c(j)]_teacher )²
 *
 * @param logits of the student [batch, labels]
 * @param target of the teacher [batch, labels]; constant
 * @param weights of `marginWeights` [labels, batch, batch]
 */
export function marginError(logits: Tensor2D, target: Tensor2D, weights: Tensor3D): Scalar {
  const [batch, labels] = logits.shape
  // s is linear in z, so the error of a margin is the margin of the errors.
  const error = tf.sub<Tensor2D>(logits, target)
  const others = tf.div(tf.sub(tf.sum(error, 1, true), error), Math.max(1, labels - 1))
  const scores = tf.transpose(tf.sub<Tensor2D>(error, others)) // [labels, batch]
  const margins = tf.sub<Tensor3D>(
    tf.reshape(scores, [labels, batch, 1]),
    tf.reshape(scores, [labels, 1, batch]),
  )
  return tf.sum(tf.mul(tf.square(margins), weights))
}

/**
 * 1/n for the n triples (label c, pair i that has it, pair j that has not), 0 elsewhere: [labels, batch, batch]. Within
 * `x` only pairs that share their text X make one. All 0 where a batch has none.
 */
export function marginWeights(
  batch: PairBatch,
  labels: number,
  within: MarginMseConfig['within'],
): Tensor3D {
  const size = batch.labels.length
  const queries = within === 'x' ? rowsAsText(batch.x) : undefined
  const values = new Float32Array(labels * size * size)
  const places: number[] = []
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const label = batch.labels[i]!
      if (label === batch.labels[j] || queries?.[i] !== queries?.[j]) continue
      places.push((label * size + i) * size + j)
    }
  }
  for (const place of places) values[place] = 1 / places.length
  return tf.tensor3d(values, [labels, size, size])
}

/** A text for each row that is the same where the tokens are. */
function rowsAsText({ batch, length, lengths, inputIds }: TokenBlock): string[] {
  return Array.from({ length: batch }, (_, row) =>
    inputIds.subarray(row * length, row * length + lengths[row]!).join(),
  )
}
