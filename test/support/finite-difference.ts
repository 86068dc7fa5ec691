import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'

/**
 * Compares a loss's gradient with central differences along a fixed direction and at single entries, in
 * float32. Returns the largest error relative to the larger of both (at least `floor`).
 */
export function gradientError(
  loss: (...inputs: Tensor[]) => Scalar,
  inputs: Tensor[],
  { step = 1e-2, entries = 12, floor = 0.05 } = {},
): number {
  const gradients = tf.grads(loss)(inputs)
  let worst = 0
  inputs.forEach((input, which) => {
    const values = input.dataSync().slice() as Float32Array
    const analytic = gradients[which]!.dataSync()
    const at = (i: number, delta: number) => {
      const moved = values.slice()
      moved[i] = moved[i]! + delta
      return tf.tidy(
        () =>
          loss(
            ...inputs.map((t, j) => (j === which ? tf.tensor(moved, input.shape) : t)),
          ).dataSync()[0]!,
      )
    }
    const stride = Math.max(1, Math.floor(values.length / entries))
    for (let i = 0; i < values.length; i += stride) {
      const numeric = (at(i, step) - at(i, -step)) / (2 * step)
      const scale = Math.max(Math.abs(numeric), Math.abs(analytic[i]!), floor)
      worst = Math.max(worst, Math.abs(numeric - analytic[i]!) / scale)
    }
  })
  return worst
}
