import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import type { BackendKernels } from './backend.ts'
import type { BackendDefinition } from './definition.ts'
import { adamWInPlace } from './kernels/adam-w.ts'
import { fillDropoutMask } from './kernels/dropout-mask.ts'
import { sizeOf } from './kernels/shape.ts'

/** Plain JavaScript: slow, and there whatever the machine. */
export const cpuBackend: BackendDefinition = {
  name: 'cpu',
  async activate() {
    await tf.setBackend('cpu')
    return { name: 'cpu', device: `JavaScript on ${processorName()}`, kernels }
  },
}

export function processorName(): string {
  return cpus()[0]?.model.trim() ?? process.arch
}

const kernels: BackendKernels = {
  adamW(slots, gradients, settings) {
    slots.forEach(({ parameter, m, v, decay }, i) => {
      // This backend hands out its own arrays, which a reader may still hold: update copies.
      const state = [parameter, m, v] as const
      const [w, m1, v1] = state.map((x) => Float32Array.from(x.dataSync<'float32'>()))
      adamWInPlace(w!, m1!, v1!, gradients[i]!.dataSync<'float32'>(), settings, decay)
      state.forEach((variable, k) => {
        const updated = tf.tensor([w!, m1!, v1!][k]!, variable.shape)
        variable.assign(updated)
        updated.dispose()
      })
    })
  },

  async squaredNorm(tensors) {
    let sum = 0
    for (const tensor of tensors) {
      for (const value of await tensor.data<'float32'>()) sum += value * value
    }
    return sum
  },

  dropoutMask(shape, rate, key) {
    const mask = new Float32Array(sizeOf(shape))
    fillDropoutMask(mask, rate, key)
    return tf.tensor(mask, shape)
  },
}
