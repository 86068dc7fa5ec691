import './gradients.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** What an operation computes, and what its gradient needs of that. */
export interface Differentiable<T extends Tensor, Saved extends Tensor[]> {
  value: T
  /** Tensors the gradient reads. Anything else made in the forward pass is gone by then. */
  saved: [...Saved]
  /** dL/d(input) for every input, in order. */
  gradient: (dy: T, saved: Saved) => Tensor[]
}

/**
 * An operation with a gradient of its own, first order only: `forward` reads `inputs` from its
 * closure, `gradient` must read `saved` instead, because tfjs disposes the forward pass's tensors
 * before it goes backward (only what it was told to save is kept). Constants such as masks belong in
 * `saved` rather than in `inputs`: tfjs would compute a gradient for every input of such an operation.
 */
export function withGradient<T extends Tensor, Saved extends Tensor[]>(
  inputs: Tensor[],
  forward: () => Differentiable<T, Saved>,
): T {
  const operation = tf.customGrad<T>((...args) => {
    const save = args[inputs.length] as tf.GradSaveFunc
    const { value, saved, gradient } = forward()
    save(saved)
    return {
      value,
      // Without the tidy, a gradient's intermediates would live until the whole backward pass ends.
      gradFunc: (dy, kept) => tf.tidy(() => gradient(dy, kept as Saved)),
    }
  })
  return operation(...inputs)
}
