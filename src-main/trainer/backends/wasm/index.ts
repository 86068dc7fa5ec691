import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { BackendDefinition } from '../definition.ts'
import { registerBatchMatMul } from './batch-mat-mul.ts'
import { type BackendWasm, wasmBackend } from './heap.ts'
import { wasmKernels } from './kernels.ts'
import { registerGather } from './gather.ts'
import { registerSumRows } from './sum-rows.ts'
import { registerTranspose } from './transpose.ts'
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.ts'

/** WebAssembly with SIMD: the embedded default, one thread (tfjs's threads need a browser's workers). */
export const wasm: BackendDefinition = {
  name: 'wasm',
  async activate() {
    const first = !tf.findBackend('wasm')
    if (first) {
      const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
      setWasmPaths(join(dirname(entry), sep))
    }
    await tf.setBackend('wasm')
    const backend = wasmBackend()
    if (first) registerKernels(backend)
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')
    return {
      name: 'wasm',
      device: `WebAssembly${simd ? ' SIMD' : ''}, 1 thread`,
      kernels: wasmKernels(backend),
    }
  },
}

function registerKernels(backend: BackendWasm): void {
  registerBatchMatMul(backend)
  registerUnsortedSegmentSum()
  registerGather()
  registerSumRows()
  registerTranspose()
}
