import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import { withGradient } from '../ops/with-gradient.ts'

/**
 * T²/B · Σ_b KL(softmax(t_b/T) ‖ softmax(z_b/T)), in nats; T² keeps the gradient's size (Hinton et al. 2015, §2.1).
 *
 * @param logits of the student [batch, labels]
 * @param target of the teacher [batch, labels]; constant
 */
export function softenedDivergence(
  logits: Tensor2D,
  target: Tensor2D,
  temperature: number,
): Scalar {
  const [batch] = logits.shape
  return withGradient([logits], () => {
    const logStudent = tf.logSoftmax(tf.div<Tensor2D>(logits, temperature)) // [batch, labels]
    const logTeacher = tf.logSoftmax(tf.div<Tensor2D>(target, temperature))
    const teacher = tf.exp(logTeacher)
    const divergence = tf.sum(tf.mul(teacher, tf.sub(logTeacher, logStudent)))
    return {
      value: tf.mul<Scalar>(divergence, temperature ** 2 / batch),
      saved: [logStudent, teacher],
      gradient: (dy: Scalar, [logStudent, teacher]) => [
        tf.mul(tf.sub(tf.exp(logStudent), teacher), tf.mul(dy, temperature / batch)),
      ],
    }
  })
}

/** Mean over pairs and labels of (z − t)². Both [batch, labels]; `target` is constant. */
export function logitError(logits: Tensor2D, target: Tensor2D): Scalar {
  return tf.mean(tf.square(tf.sub(logits, target)))
}
