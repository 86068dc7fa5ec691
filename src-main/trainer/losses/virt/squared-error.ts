import * as tf from '@tensorflow/tfjs-core'
import type { VirtReduction } from './reduction.ts'

/**
 * `default`: squared error summed over keys and heads, mean over an example's valid rows, the batch, the
 * layers and the two directions.
 *
 *   L = mean_{l, dir, b, r ≤ len_b} Σ_{h, k} (M̃[b,h,r,k] − M[b,h,r,k])²
 *
 * Both maps are 0 at padded keys, so keys need no mask here.
 */
export const squaredError: VirtReduction = {
  directions: 'mean',
  blockLoss: ({ studentScores, teacherMap, rowWeight }) => {
    const error = tf.square(tf.sub(tf.softmax(studentScores), teacherMap)) // [batch, heads, rows, keys]
    return tf.sum(tf.mul(tf.sum(error, 3), rowWeight)) // Σ_keys: [batch, heads, rows]
  },
}
