import * as tf from '@tensorflow/tfjs-core'
import type { BackendKernels } from '../backend.ts'
import { fillDropoutMask } from '../kernels/dropout-mask.ts'
import { sizeOf } from '../kernels/shape.ts'
import { createAdamW } from './adam-w.ts'
import type { TensorflowBackend } from './load.ts'

export function tensorflowKernels(backend: TensorflowBackend): BackendKernels {
  const { binding } = backend
  const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  return {
    adamW: createAdamW(backend),

    squaredNorm(tensors) {
      // L2Loss is Σt²/2 in one operation, without a tensor of squares.
      const halves = backend.getInputTensorIds(tensors).map((id) => {
        return binding.executeOp('L2Loss', [float], [id], 1)[0]!.id
      })
      let sum = 0
      for (const id of halves) {
        sum += 2 * (binding.tensorDataSync(id) as Float32Array)[0]!
        binding.deleteTensor(id)
      }
      return Promise.resolve(sum)
    },

    dropoutMask(shape, rate, key) {
      const mask = new Float32Array(sizeOf(shape))
      fillDropoutMask(mask, rate, key)
      return tf.tensor(mask, shape)
    },
  }
}
