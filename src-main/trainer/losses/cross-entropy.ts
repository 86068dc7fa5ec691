import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import { withGradient } from '../ops/with-gradient.ts'

/**
 * Task loss of every classifier (virt.md, "L = CE + α·L_virt"), in nats:
 *
 *   CE = −1/B · Σ_b log softmax(logits_b)[label_b]
 *
 * Its gradient is written out, (softmax − onehot)/B: one pass instead of the six operations that the
 * chain rule through logSoftmax and gather would run.
 *
 * @param logits [batch, labels]
 * @param labels class indices, length batch
 */
export function crossEntropy(logits: Tensor2D, labels: Int32Array): Scalar {
  const [batch, classes] = logits.shape
  return withGradient([logits], () => {
    const targets = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32')
    const logProbabilities = tf.logSoftmax(logits) // [batch, labels]
    return {
      value: tf.div<Scalar>(tf.sum(tf.mul(logProbabilities, targets)), -batch),
      saved: [logProbabilities, targets],
      gradient: (dy: Scalar, [logProbabilities, targets]) => [
        tf.mul(tf.sub(tf.exp(logProbabilities), targets), tf.div(dy, batch)),
      ],
    }
  })
}
