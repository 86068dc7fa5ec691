import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { AdamWSettings, AdamWSlot, BackendKernels } from '../backend.ts'
import { adamWFactors } from './adam-w.ts'
import { fillDropoutMask } from './dropout-mask.ts'
import { sizeOf } from './shape.ts'

/** Out of tfjs's own operations alone: for a backend that has no better form. */
export const generalKernels: BackendKernels = {
  adamW(slots, gradients, settings) {
    slots.forEach((slot, i) => {
      const [w, m, v] = tf.tidy(() => update(slot, gradients[i]!, settings))
      replace(slot.parameter, w)
      replace(slot.m, m)
      replace(slot.v, v)
    })
  },

  async squaredNorm(tensors) {
    if (tensors.length === 0) return 0
    // Not addN: on WebGPU it binds a buffer for every tensor, of which eight are allowed.
    const total = tf.tidy(() =>
      tensors.map((tensor) => tf.sum(tf.square(tensor))).reduce((sum, one) => tf.add(sum, one)),
    )
    const [sum] = await total.data()
    total.dispose()
    return sum!
  },

  dropoutMask(shape, rate, key) {
    const mask = new Float32Array(sizeOf(shape))
    fillDropoutMask(mask, rate, key)
    return tf.tensor(mask, shape)
  },
}

function update(
  { parameter, m, v, decay }: AdamWSlot,
  gradient: Tensor,
  settings: AdamWSettings,
): [w: Tensor, m: Tensor, v: Tensor] {
  const { beta1, beta2, epsilon, gradientScale } = settings
  const { stepSize, rootCorrection, keep } = adamWFactors(settings, decay)
  const g = tf.mul(gradient, gradientScale)
  const newM = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1))
  const newV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2))
  const denominator = tf.add(tf.mul(tf.sqrt(newV), rootCorrection), epsilon)
  const step = tf.mul(tf.div(newM, denominator), stepSize)
  return [tf.sub(tf.mul(parameter, keep), step), newM, newV]
}

function replace(variable: Variable, value: Tensor): void {
  variable.assign(value)
  value.dispose()
}
