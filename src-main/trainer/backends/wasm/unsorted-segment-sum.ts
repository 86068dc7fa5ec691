import * as tf from '@tensorflow/tfjs-core'
import { float32View, int32View, registerWasmKernel } from './heap.ts'

/** Missing from tfjs's wasm backend: Σ of the rows of x that have the same segment id (embedding gradients). */
export function registerUnsortedSegmentSum(): void {
  registerWasmKernel<'x' | 'segmentIds', tf.UnsortedSegmentSumAttrs>(
    tf.UnsortedSegmentSum,
    ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
      const rank = segmentIds.shape.length
      const rowShape = x.shape.slice(rank)
      const width = tf.util.sizeFromShape(rowShape)
      const out = backend.makeOutput([numSegments, ...rowShape], x.dtype)
      const view = x.dtype === 'int32' ? int32View : float32View
      const sums = view(backend, out).fill(0)
      const rows = view(backend, x)
      const ids = int32View(backend, segmentIds)
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!
        if (id < 0 || id >= numSegments) continue // as in TensorFlow: negative ids are dropped
        const target = id * width
        const source = i * width
        for (let k = 0; k < width; k++) sums[target + k]! += rows[source + k]!
      }
      return out
    },
  )
}
