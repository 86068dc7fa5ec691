import { realpathSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import type { DataId, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import { UserError } from '../../../../src-shared/errors.ts'
import type { TensorflowInstallation } from './installation.ts'

/** An attribute of a TensorFlow operation, e.g. { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }. */
export interface OpAttribute {
  name: string
  type: number
  value: number | boolean | string | number[] | string[]
}

/** What an operation returned: `id` is a handle in the binding, to be deleted or given to a tensor. */
export interface OpOutput {
  id: number
  shape: number[]
  dtype: number
}

/** The C++ side (binding/tfjs_binding.cc): any operation of TensorFlow's registry, run eagerly. */
export interface TensorflowBinding {
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): OpOutput[]
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): ArrayBufferView
  isUsingGpuDevice(): boolean
  readonly TF_Version: string
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_BOOL: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_SHAPE: number
}

interface TensorRecord {
  shape: number[]
  dtype: number
  /** −1 until the host's values are copied to the device. */
  id: number
  values: unknown
  refCount: number
}

/** tfjs-node's backend, as far as our kernels reach into it. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: TensorflowBinding
  readonly tensorMap: { get(dataId: DataId): TensorRecord }
  /** The tensors' handles; copies to the device what is still on the host. */
  getInputTensorIds(tensors: TensorInfo[]): number[]
  createOutputTensor(output: OpOutput): tf.Tensor
}

/**
 * Registers tfjs-node's `tensorflow` backend with our tfjs-core. Its index.js is passed by: that would load a
 * second copy of all of TensorFlow.js, whose tensors are not ours.
 * @throws UserError when the native library does not load
 */
export function loadTensorflow({ packageDir, bindingPath }: TensorflowInstallation): void {
  setDefaults()
  restoreRemovedUtilities()
  const ownCore = pathToFileURL(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'),
  ).href
  // Node names modules by their real path, whatever links lead to the data folder.
  const packageUrl = pathToFileURL(join(realpathSync(packageDir), '/')).href
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const ours = specifier === '@tensorflow/tfjs' || specifier === '@tensorflow/tfjs-core'
      return ours && context.parentURL?.startsWith(packageUrl)
        ? { url: ownCore, shortCircuit: true }
        : next(specifier, context)
    },
  })
  try {
    const require = createRequire(packageUrl)
    require('./dist/register_all_kernels.js')
    const { NodeJSKernelBackend } = require('./dist/nodejs_kernel_backend.js') as {
      NodeJSKernelBackend: new (binding: TensorflowBinding, packageName: string) => KernelBackend
    }
    const binding = require(bindingPath) as TensorflowBinding
    tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, PACKAGE_NAME), 3)
  } catch (error) {
    throw new UserError(`its native library does not load: ${firstLine(error)}`, {
      where: bindingPath,
      fix: 'install it again: virtlab backend install tensorflow',
      cause: error,
    })
  } finally {
    hooks.deregister()
  }
}

const PACKAGE_NAME = '@tensorflow/tfjs-node-gpu'

/** Only where the user has not decided otherwise. TensorFlow reads these once, when it is loaded. */
function setDefaults(): void {
  const defaults = {
    // Its log of the processor's instruction sets and of absent GPUs; errors stay.
    TF_CPP_MIN_LOG_LEVEL: '2',
    // Take GPU memory as it is needed instead of all of it.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // The same numbers in every run on a GPU as well.
    TF_DETERMINISTIC_OPS: '1',
    // Full float32 products on a GPU, as PyTorch has by default; TF32 keeps 10 bits of the mantissa.
    NVIDIA_TF32_OVERRIDE: '0',
  }
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value
}

/** tfjs-node 4.22 calls functions that Node 23 removed from `util`, or deprecates with a warning. */
function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>
  utilities['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  utilities['isArray'] = Array.isArray
}

const firstLine = (error: unknown) =>
  String(error instanceof Error ? error.message : error).split('\n')[0]
