import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { BackendKernels } from '../backends/backend.ts'
import { hasOwnKernel, ownKernel } from '../backends/own-kernels.ts'
import { withGradient } from '../ops/with-gradient.ts'
import { mix } from './mix.ts'
import type { Dropout } from './model.ts'

/** For inference and for a frozen teacher. */
export const noDropout: Dropout = { apply: (x) => x }

/** Dropout whose masks depend on nothing but (seed, microStep, call index within the step). */
export function createDropout({
  kernels,
  seed,
}: {
  kernels: Pick<BackendKernels, 'dropoutMask'>
  seed: number
}): Dropout & { beginStep(microStep: number, training: boolean): void } {
  let stepKey = 0
  let call = 0
  let active = false
  return {
    /** Before every forward pass; `microStep` counts micro-batches over the whole run. */
    beginStep(microStep, training) {
      stepKey = mix(mix(seed) ^ microStep)
      call = 0
      active = training
    },
    apply<T extends Tensor>(x: T, rate: number): T {
      if (!active || rate === 0) return x
      const key: [number, number] = [stepKey, call++]
      if (hasOwnKernel('dropout')) return fusedDropout(x, rate, key)
      return withGradient([x], () => {
        const mask = kernels.dropoutMask(x.shape, rate, key) // 0 or 1/(1 − rate)
        return {
          value: tf.mul<T>(x, mask),
          saved: [mask],
          gradient: (dy: T, [mask]) => [tf.mul(dy, mask)],
        }
      })
    },
  }
}

/** The mask is made anew in the gradient: that is quicker than to keep and read it. */
function fusedDropout<T extends Tensor>(x: T, rate: number, key: [number, number]): T {
  const attributes = { threshold: Math.round(rate * 2 ** 31), scale: 1 / (1 - rate) }
  return withGradient([x], () => {
    const keyTensor = tf.tensor1d(Int32Array.from(key), 'int32')
    return {
      value: ownKernel<[T]>('dropout', { x, key: keyTensor }, attributes)[0],
      saved: [keyTensor],
      gradient: (dy: T, [key]) => ownKernel('dropout', { x: dy, key }, attributes),
    }
  })
}
