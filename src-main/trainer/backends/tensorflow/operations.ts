import * as tf from '@tensorflow/tfjs-core'
import { ownKernels, type OwnKernel } from '../own-kernels.ts'
import type { OpAttribute, TensorflowBackend } from './load.ts'

interface Operation {
  inputs: string[]
  outputs: number
  floats?: string[]
  integers?: string[]
}

/** The operations that native/tensorflow/virtlab_operations.cpp adds to TensorFlow's. */
const operations: Partial<Record<OwnKernel, Operation>> = {
  gelu: { inputs: ['x'], outputs: 1 },
  geluGrad: { inputs: ['dy', 'x'], outputs: 1 },
  layerNorm: { inputs: ['x', 'gamma', 'beta'], outputs: 2, floats: ['epsilon'] },
  layerNormGrad: { inputs: ['dy', 'x', 'stats', 'gamma'], outputs: 3 },
  maskedSoftmax: { inputs: ['scores', 'mask'], outputs: 1, floats: ['scale'] },
  maskedSoftmaxGrad: { inputs: ['dy', 'p'], outputs: 1, floats: ['scale'] },
  dropout: { inputs: ['x', 'key'], outputs: 1, floats: ['scale'], integers: ['threshold'] },
}

/** For the processor only, where the binding has them. */
export function registerOperations(): void {
  for (const [name, operation] of Object.entries(operations)) {
    register(ownKernels[name as OwnKernel], operation)
  }
}

function register(kernelName: string, { inputs, outputs, floats, integers }: Operation): void {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc({ inputs: given, attrs, backend }) {
      const tensorflow = backend as TensorflowBackend
      const { binding } = tensorflow
      const attribute = (type: number) => (name: string) => ({
        name,
        type,
        value: attrs?.[name] as number,
      })
      const attributes: OpAttribute[] = [
        ...(floats ?? []).map(attribute(binding.TF_ATTR_FLOAT)),
        ...(integers ?? []).map(attribute(binding.TF_ATTR_INT)),
      ]
      const ids = tensorflow.getInputTensorIds(inputs.map((name) => given[name]!))
      return binding
        .executeOp(kernelName, attributes, ids, outputs)
        .map((output) => tensorflow.createOutputTensor(output))
    },
  })
}

/** Absent from a binding that an earlier Virtlab compiled or that npm brought. */
export function hasOperations({ binding }: TensorflowBackend): boolean {
  const x = binding.createTensor([1], binding.TF_FLOAT, new Float32Array(1))
  try {
    const [y] = binding.executeOp(ownKernels.gelu, [], [x], 1)
    binding.deleteTensor(y!.id)
    return true
  } catch {
    return false
  } finally {
    binding.deleteTensor(x)
  }
}
