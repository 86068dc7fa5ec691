import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasOwnKernel, ownKernel } from '../backends/own-kernels.ts'
import { withGradient } from './with-gradient.ts'

/** Low enough that exp(score + this) is exactly 0 in float32, whatever the score. */
export const MASKED = -1e9

/** 1 = token, 0 = padding → 0 and −10⁹, to be added to scores before a softmax over keys. */
export function additiveMask<T extends Tensor>(attentionMask: T): T {
  return tf.mul(tf.sub(1, attentionMask), MASKED)
}

/**
 * softmax(scale·scores + mask) over the last axis (the keys). `mask` is additive and broadcasts against
 * scores, e.g. [batch, 1, 1, keys] against [batch, heads, queries, keys]; it gets no gradient. A key
 * that is masked has probability exactly 0, so each row needs one valid key ([CLS] always is).
 */
export function maskedSoftmax<T extends Tensor>(scores: T, mask: Tensor, scale: number): T {
  if (masksKeysOnly(scores, mask) && hasOwnKernel('maskedSoftmax')) {
    return withGradient([scores], () => {
      const [p] = ownKernel<[T]>('maskedSoftmax', { scores, mask }, { scale })
      return {
        value: p,
        saved: [p],
        gradient: (dy: T, [p]) => ownKernel('maskedSoftmaxGrad', { dy, p }, { scale }),
      }
    })
  }
  return withGradient([scores], () => {
    const probabilities = tf.softmax<T>(tf.add(tf.mul(scores, scale), mask))
    return {
      value: probabilities,
      saved: [probabilities],
      gradient: (dy: T, [probabilities]) => {
        const weighted = tf.mul(dy, probabilities)
        const total = tf.sum(weighted, -1, true)
        return [tf.mul(tf.sub(weighted, tf.mul(probabilities, total)), scale)]
      },
    }
  })
}

/** Scores [batch, heads, queries, keys] and a mask [batch, 1, 1, keys]. */
function masksKeysOnly({ shape: [batch, , , keys], rank }: Tensor, mask: Tensor): boolean {
  return rank === 4 && mask.shape.join() === [batch, 1, 1, keys].join()
}
