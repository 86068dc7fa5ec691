import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'

export function wasmBackend(): BackendWasm {
  return tf.backend() as BackendWasm
}

/**
 * A tensor's elements as they lie in WebAssembly memory. Valid until something is allocated there: growing
 * memory detaches every view, so take views after `makeOutput`.
 */
export function float32View(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array
}

export function int32View(backend: BackendWasm, tensor: TensorInfo): Int32Array {
  return backend.typedArrayFromHeap(tensor) as Int32Array
}

/**
 * To be called after a tensor's memory was written outside tfjs's own kernels: its matrix product keeps a packed
 * copy of every right-hand operand by the tensor's number in the module, until that number is disposed.
 */
export function forgetPackedCopies(backend: BackendWasm, tensor: TensorInfo): void {
  const { id, memoryOffset, shape } = backend.dataIdMap.get(tensor.dataId)
  const { tfjs } = backend.wasm
  tfjs.disposeData(id)
  tfjs.registerTensor(id, tf.util.sizeFromShape(shape), memoryOffset)
}

/** Tensors of the module alone: numbers for pieces of memory, which tfjs-core knows nothing of. */
export class HeapSlices {
  readonly #backend: BackendWasm
  #next = FIRST_SLICE_ID

  constructor(backend: BackendWasm) {
    this.#backend = backend
  }

  /** `size` elements from byte `offset` on; to be given back with `release`. */
  register(size: number, offset: number): number {
    const id = this.#next++
    this.#backend.wasm.tfjs.registerTensor(id, size, offset)
    return id
  }

  /** Numbers are used again: nothing of the last holder is left in the module. */
  release(...ids: number[]): void {
    for (const id of ids) this.#backend.wasm.tfjs.disposeData(id)
    this.#next -= ids.length
  }
}

/** What Emscripten puts on a module; tfjs's own typing of it does not resolve. */
interface EmscriptenModule {
  HEAPU8: Uint8Array
  cwrap<F>(name: string, result: null, parameters: string[]): F
}

function moduleOf(backend: BackendWasm): EmscriptenModule {
  return backend.wasm as unknown as EmscriptenModule
}

/** All of WebAssembly memory, by byte. */
export function bytesOf(backend: BackendWasm): Uint8Array {
  return moduleOf(backend).HEAPU8
}

/** A function of the module by name; `parameters` in cwrap's words. */
export function moduleFunction<F>(backend: BackendWasm, name: string, parameters: string[]): F {
  return moduleOf(backend).cwrap<F>(name, null, parameters)
}

/** Far above what tfjs counts up to: it gives two numbers a tensor, starting at 1. */
const FIRST_SLICE_ID = 0x7000_0000

export interface WasmKernelCall<InputNames extends string, Attributes> {
  inputs: Record<InputNames, TensorInfo>
  attrs: Attributes
  backend: BackendWasm
}

/** Registers a kernel of ours in place of tfjs's own, if any, which it gets to hand calls on to. */
export function registerWasmKernel<InputNames extends string, Attributes>(
  kernelName: string,
  kernel: (
    call: WasmKernelCall<InputNames, Attributes>,
    tfjsKernel: () => TensorInfo,
  ) => TensorInfo | TensorInfo[],
): void {
  const before = tf.getKernel(kernelName, 'wasm')
  if (before) tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc(call) {
      // tfjs types every kernel's inputs as an open dictionary; the kernel's name decides what is in it.
      const typed = call as unknown as WasmKernelCall<InputNames, Attributes>
      return kernel(typed, () => before.kernelFunc(call) as TensorInfo)
    },
  })
}

export type { BackendWasm, TensorInfo }
