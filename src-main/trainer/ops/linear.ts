import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { sumRows } from './sum-rows.ts'
import { withGradient } from './with-gradient.ts'

/**
 * y = x·Wᵀ + b over rows: x [rows, in], weight [out, in] as PyTorch stores it, bias [out] → [rows, out].
 * Callers flatten [batch, length, in] to rows, so that a whole batch is one matrix product.
 */
export function linear(x: Tensor2D, weight: tf.Tensor, bias: tf.Tensor): Tensor2D {
  const w = weight as Tensor2D
  return withGradient([x, weight, bias], () => ({
    value: tf.add(tf.matMul(x, w, false, true), bias),
    saved: [x, w],
    gradient: (dy: Tensor2D, [x, w]) => [
      tf.matMul(dy, w), // [rows, in]
      tf.matMul(dy, x, true, false), // [out, in]
      sumRows(dy), // [out]
    ],
  }))
}
