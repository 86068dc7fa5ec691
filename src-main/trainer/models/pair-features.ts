import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { absolute } from '../ops/absolute.ts'

/** The last term of a pair's features. */
export type Fusion = 'max_squared' | 'product'

/**
 * r = [u; v; |u − v|; f(u, v)] → [batch, 4·width] with f = max(u, v)² as in the VIRT authors' code, or u∘v.
 */
export function pairFeatures(u: Tensor2D, v: Tensor2D, fusion: Fusion): Tensor2D {
  const fused =
    fusion === 'max_squared' ? tf.square(tf.maximum<Tensor2D>(u, v)) : tf.mul<Tensor2D>(u, v)
  return tf.concat([u, v, absolute(tf.sub<Tensor2D>(u, v)), fused], 1)
}
