import * as tf from '@tensorflow/tfjs-core'
import { ownKernels } from '../own-kernels.ts'
import type { TensorflowBackend } from './load.ts'

/** Σ over rows [rows, width] → [width] as TensorFlow's BiasAddGrad: a quarter of the time of a product with ones. */
export function registerSumRows(): void {
  tf.registerKernel({
    kernelName: ownKernels.sumRows,
    backendName: 'tensorflow',
    kernelFunc({ inputs, backend }) {
      const tensorflow = backend as TensorflowBackend
      const { binding } = tensorflow
      const attributes = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
      ]
      const ids = tensorflow.getInputTensorIds([inputs['x']!])
      return tensorflow.createOutputTensor(binding.executeOp('BiasAddGrad', attributes, ids, 1)[0]!)
    },
  })
}
