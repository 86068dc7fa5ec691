import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasOwnKernel, ownKernel } from '../backends/own-kernels.ts'
import type { EncoderConfig } from '../models/model.ts'
import { withGradient } from './with-gradient.ts'

export type Activation = EncoderConfig['hiddenAct']

/** BERT's feed-forward activations, by the name in config.json. */
export const activations: Record<Activation, <T extends Tensor>(x: T) => T> = {
  gelu,
  gelu_new: geluTanh,
  relu: (x) => tf.relu(x),
}

/** GELU (Hendrycks & Gimpel 2016), exact: x·Φ(x), with Φ(x) = ½(1 + erf(x/√2)). */
export function gelu<T extends Tensor>(x: T): T {
  if (hasOwnKernel('gelu')) {
    return withGradient([x], () => ({
      value: ownKernel<[T]>('gelu', { x })[0],
      saved: [x],
      gradient: (dy: T, [x]) => ownKernel('geluGrad', { dy, x }),
    }))
  }
  return withGradient([x], () => {
    const cdf = tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5)
    return {
      value: tf.mul<T>(x, cdf),
      saved: [x, cdf],
      gradient: (dy: T, [x, cdf]) => {
        const density = tf.exp(tf.mul(tf.square(x), -0.5)) // √2π · φ(x)
        const slope = tf.add(cdf, tf.mul(tf.mul(x, 1 / Math.sqrt(2 * Math.PI)), density))
        return [tf.mul(dy, slope)]
      },
    }
  })
}

/** GELU in its tanh approximation, as OpenAI's GPT and google-research/bert: config name `gelu_new`. */
export function geluTanh<T extends Tensor>(x: T): T {
  const scale = Math.sqrt(2 / Math.PI)
  const cubic = 0.044715
  return withGradient([x], () => {
    const inner = tf.mul(tf.mul(x, scale), tf.add(tf.mul(tf.square(x), cubic), 1))
    const tanh = tf.tanh(inner)
    return {
      value: tf.mul<T>(x, tf.mul(tf.add(tanh, 1), 0.5)),
      saved: [x, tanh],
      gradient: (dy: T, [x, tanh]) => {
        const dInner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * cubic), 1), scale)
        const dTanh = tf.sub(1, tf.square(tanh))
        const slope = tf.mul(tf.add(tf.add(tanh, 1), tf.mul(x, tf.mul(dTanh, dInner))), 0.5)
        return [tf.mul(dy, slope)]
      },
    }
  })
}
