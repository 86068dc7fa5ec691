import * as tf from '@tensorflow/tfjs-core'
import type { VirtReduction } from './reduction.ts'

/**
 * `paper_code`: as the authors' released code computes it (virt-paper.md §1.3).
 *
 *   L = (H·T/L) · Σ_l [ MSE(M̃_{x→y}, M_{x→y}) + MSE(M̃_{y→x}, M_{y→x}) ]
 *
 * MSE is the plain mean over batch, heads, rows and keys, padding included; T is X's padded length with
 * [CLS] and [SEP]. Only the mean over layers is left to the caller.
 */
export const paperCode: VirtReduction = {
  directions: 'sum',
  blockLoss: ({ studentScores, teacherMap, xTowerLength }) => {
    const heads = teacherMap.shape[1]
    const error = tf.square(tf.sub(tf.softmax(studentScores), teacherMap)) // [batch, heads, rows, keys]
    return tf.mul(tf.mean(error), heads * xTowerLength)
  },
}
