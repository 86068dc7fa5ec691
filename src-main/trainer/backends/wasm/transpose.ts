import * as tf from '@tensorflow/tfjs-core'
import { registerWasmKernel } from './heap.ts'
import { transposeMatrices } from './transpose-matrices.ts'

/** Exchanging the last two axes, tile by tile; tfjs's own kernel jumps a whole column at every element. */
export function registerTranspose(): void {
  registerWasmKernel<'x', tf.TransposeAttrs>(
    tf.Transpose,
    ({ inputs, attrs, backend }, tfjsKernel) => {
      const rank = attrs.perm.length
      const swapsLast =
        rank >= 2 &&
        attrs.perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i)) &&
        inputs.x.dtype === 'float32'
      return swapsLast ? transposeMatrices(backend, inputs.x) : tfjsKernel()
    },
  )
}
