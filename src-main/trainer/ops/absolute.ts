import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from './with-gradient.ts'

/** |x| with gradient sign(x), so 0 at 0; tfjs's own has −1 there, which two equal texts would hit. */
export function absolute<T extends Tensor>(x: T): T {
  return withGradient([x], () => ({
    value: tf.abs(x),
    saved: [x],
    gradient: (dy: T, [x]) => [tf.mul(dy, tf.sign(x))],
  }))
}
