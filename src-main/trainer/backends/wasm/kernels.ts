import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { BackendKernels } from '../backend.ts'
import { adamWInPlace } from '../kernels/adam-w.ts'
import { fillDropoutMask } from '../kernels/dropout-mask.ts'
import { type BackendWasm, float32View, forgetPackedCopies } from './heap.ts'

/** Loops over WebAssembly memory: nothing is copied in or out. */
export function wasmKernels(backend: BackendWasm): BackendKernels {
  const view = (tensor: Tensor) => float32View(backend, tensor)
  return {
    adamW(slots, gradients, settings) {
      slots.forEach(({ parameter, m, v, decay }, i) => {
        for (const variable of [parameter, m, v]) ownMemory(backend, variable)
        adamWInPlace(view(parameter), view(m), view(v), view(gradients[i]!), settings, decay)
        forgetPackedCopies(backend, parameter)
      })
    },

    squaredNorm(tensors) {
      let sum = 0
      for (const tensor of tensors) {
        const values = view(tensor)
        for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!
      }
      return Promise.resolve(sum)
    },

    dropoutMask(shape, rate, key) {
      const mask = backend.makeOutput(shape, 'float32')
      fillDropoutMask(float32View(backend, mask), rate, key)
      return tf.engine().makeTensorFromTensorInfo(mask)
    },
  }
}

/** Gives a variable that shares its memory with another tensor (its initial value, a clone) memory of its own. */
function ownMemory(backend: BackendWasm, variable: tf.Variable): void {
  if (backend.refCount(variable.dataId) === 1) return
  const copy = tf.tensor(float32View(backend, variable).slice(), variable.shape)
  variable.assign(copy)
  copy.dispose()
}
