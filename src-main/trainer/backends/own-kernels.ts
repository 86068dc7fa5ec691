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
  /** x → x·Φ(x) */
  gelu: 'VirtlabGelu',
  /** dy, x → dx */
  geluGrad: 'VirtlabGeluGrad',
  /** x [rows, width], gamma, beta; epsilon → y, stats [rows, 2] for the gradient */
  layerNorm: 'VirtlabLayerNorm',
  /** dy, x, stats, gamma → dx, dgamma, dbeta */
  layerNormGrad: 'VirtlabLayerNormGrad',
  /** scores [batch, heads, queries, keys], mask [batch, 1, 1, keys] (additive); scale → probabilities */
  maskedSoftmax: 'VirtlabMaskedSoftmax',
  /** dy, p; scale → dscores */
  maskedSoftmaxGrad: 'VirtlabMaskedSoftmaxGrad',
  /** x, key int32 [2]; threshold, scale: x times the mask of kernels/dropout-mask.ts; its own gradient */
  dropout: 'VirtlabDropout',
} as const
export type OwnKernel = keyof typeof ownKernels

export function hasOwnKernel(name: OwnKernel): boolean {
  return tf.getKernel(ownKernels[name], tf.getBackend()) !== undefined
}

/** Runs the active backend's form of an operation; undefined where it has none. */
export function runOwnKernel(
  name: OwnKernel,
  inputs: NamedTensorMap,
  attributes: Record<string, number> = {},
): Tensor[] | undefined {
  return hasOwnKernel(name) ? ownKernel(name, inputs, attributes) : undefined
}

/** Runs the active backend's form of an operation, which it must have. */
export function ownKernel<Outputs extends Tensor[] = Tensor[]>(
  name: OwnKernel,
  inputs: NamedTensorMap,
  attributes: Record<string, number> = {},
): Outputs {
  const output = tf.engine().runKernel<Tensor | Tensor[]>(ownKernels[name], inputs, attributes)
  return (Array.isArray(output) ? output : [output]) as Outputs
}
