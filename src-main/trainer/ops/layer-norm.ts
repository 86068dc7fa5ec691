import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { hasOwnKernel, ownKernel } from '../backends/own-kernels.ts'
import { sumRows } from './sum-rows.ts'
import { withGradient } from './with-gradient.ts'

/**
 * Layer normalisation over the last axis (Ba et al. 2016): γ·(x − mean)/√(var + ε) + β with the
 * biased variance. x [rows, hidden], gamma and beta [hidden].
 */
export function layerNorm(
  x: Tensor2D,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): Tensor2D {
  if (hasOwnKernel('layerNorm')) {
    return withGradient([x, gamma, beta], () => {
      const [value, stats] = ownKernel<[Tensor2D, Tensor2D]>(
        'layerNorm',
        { x, gamma, beta },
        { epsilon },
      )
      return {
        value,
        saved: [x, stats, gamma],
        gradient: (dy: Tensor2D, [x, stats, gamma]) =>
          ownKernel('layerNormGrad', { dy, x, stats, gamma }),
      }
    })
  }
  return withGradient([x, gamma, beta], () => {
    const centred = tf.sub(x, tf.mean(x, -1, true)) // [rows, hidden]
    const variance = tf.mean(tf.square(centred), -1, true) // [rows, 1]
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon)) // [rows, 1]
    const normalised = tf.mul(centred, inverseDeviation) // [rows, hidden]
    return {
      value: tf.add(tf.mul(normalised, gamma), beta),
      saved: [normalised, inverseDeviation, gamma],
      gradient: (dy: Tensor2D, [normalised, inverseDeviation, gamma]) => {
        const dNormalised = tf.mul(dy, gamma)
        const dyNormalised = tf.mul<Tensor2D>(dy, normalised)
        // The two directions that the mean and the variance take out of the gradient.
        const along = tf.mean(tf.mul(dNormalised, normalised), -1, true) // [rows, 1]
        const across = tf.mean(dNormalised, -1, true) // [rows, 1]
        const kept = tf.sub(tf.sub(dNormalised, across), tf.mul(normalised, along))
        return [tf.mul(kept, inverseDeviation), sumRows(dyNormalised), sumRows(dy)]
      },
    }
  })
}
