import * as tf from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'

/**
 * Operations of ours that some backends have a form of their own for, beside tfjs's kernels in its registry.
 * Each is what the file in ops/ of that name computes, to float32 rounding; whoever calls one has a general form
 * out of tfjs's own operations for the other backends.
 */
export const ownKernels = {
  /** x [rows, width] → Σ over rows [width] */
  sumRows: 'VirtlabSumRows',
} as const
export type OwnKernel = keyof typeof ownKernels

/** Runs the active backend's form of an operation; undefined where it has none. */
export function runOwnKernel(
  name: OwnKernel,
  inputs: NamedTensorMap,
  attributes: Record<string, number> = {},
): Tensor[] | undefined {
  const kernel = ownKernels[name]
  if (!tf.getKernel(kernel, tf.getBackend())) return undefined
  const output = tf.engine().runKernel<Tensor | Tensor[]>(kernel, inputs, attributes)
  return Array.isArray(output) ? output : [output]
}
