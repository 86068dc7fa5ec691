import * as tf from '@tensorflow/tfjs-core'
import type { VirtReduction } from './reduction.ts'

/**
 * `kl`: KL(teacher ‖ student) in place of the squared error, reduced like `default` (the divergence that
 * DiDE, Wang et al. 2022, uses on the same blocks).
 *
 *   L = mean_{l, dir, b, r ≤ len_b} Σ_{h, k} M (log M − log M̃)
 */
export const klDivergence: VirtReduction = {
  directions: 'mean',
  blockLoss: ({ studentScores, teacherMap, rowWeight }) => {
    const logStudent = tf.logSoftmax(studentScores) // about −1e9 at padded keys, where M is exactly 0
    const logTeacher = tf.log(tf.maximum(teacherMap, 1e-30)) // 0·log 0 = 0
    const divergence = tf.mul(teacherMap, tf.sub(logTeacher, logStudent)) // [batch, heads, rows, keys]
    return tf.sum(tf.mul(tf.sum(divergence, 3), rowWeight))
  },
}
