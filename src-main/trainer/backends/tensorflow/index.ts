import * as tf from '@tensorflow/tfjs-core'
import { processorName } from '../cpu.ts'
import type { BackendDefinition } from '../definition.ts'
import { findInstallation } from './installation.ts'
import { tensorflowKernels } from './kernels.ts'
import { loadTensorflow, type TensorflowBackend } from './load.ts'
import { hasOperations, registerOperations } from './operations.ts'
import { registerSumRows } from './sum-rows.ts'

/** TensorFlow's own kernels through tfjs-node-gpu: all cores, or an NVIDIA GPU. */
export const tensorflow: BackendDefinition = {
  name: 'tensorflow',
  async activate({ backendsDir }) {
    const isNew = !tf.findBackend('tensorflow')
    if (isNew) {
      loadTensorflow(findInstallation(backendsDir))
      registerSumRows()
    }
    await tf.setBackend('tensorflow')
    const backend = tf.backend() as TensorflowBackend
    const { binding } = backend
    // For the processor only; a GPU's are TensorFlow's own.
    const outdated = !binding.isUsingGpuDevice() && !hasOperations(backend)
    if (isNew && !binding.isUsingGpuDevice() && !outdated) registerOperations()
    const device = binding.isUsingGpuDevice() ? 'GPU' : `CPU (${processorName()})`
    return {
      name: 'tensorflow',
      device: `TensorFlow ${binding.TF_Version}, ${device}`,
      outdated,
      kernels: tensorflowKernels(backend),
    }
  },
}
