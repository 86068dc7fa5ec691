import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D } from '@tensorflow/tfjs-core'
import { withGradient } from '../../ops/with-gradient.ts'
import type { VirtReduction } from './reduction.ts'

/**
 * `l2`: the Frobenius norm, not squared, as the production description prints it (virt-paper.md §1.3).
 *
 *   L = mean_{l, dir, b} √( Σ_{h, r ≤ len_b, k} (M̃ − M)² )
 */
export const l2Norm: VirtReduction = {
  directions: 'mean',
  blockLoss: ({ studentScores, teacherMap, rowWeight }) => {
    const validRow = tf.expandDims(tf.sign(rowWeight), 3) // [batch, 1, rows, 1]
    const difference = tf.mul(tf.sub(tf.softmax(studentScores), teacherMap), validRow)
    return tf.mean(safeSqrt(tf.sum(tf.square(difference), [1, 2, 3]))) // mean over [batch]
  },
}

/** √s with the gradient bounded at 0, where equal maps would otherwise give 0/0. */
function safeSqrt(sums: Tensor1D): Tensor1D {
  return withGradient([sums], () => {
    const root = tf.sqrt(sums)
    return {
      value: root,
      saved: [root],
      gradient: (dy: Tensor1D, [root]) => [tf.mul(dy, tf.div(0.5, tf.maximum(root, 1e-6)))],
    }
  })
}
