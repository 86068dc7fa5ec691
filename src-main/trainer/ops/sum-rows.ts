import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/**
 * Σ over rows: [rows, width] → [width], as bias gradients need it. Written as a product with ones, because
 * tfjs's wasm kernel transposes before it sums over a first axis (9 ms against 0.1 ms at 2,048 × 512).
 */
export function sumRows(x: Tensor2D): Tensor1D {
  const [rows, width] = x.shape
  return tf.reshape(tf.matMul(tf.ones<tf.Rank.R2>([1, rows]), x), [width])
}
