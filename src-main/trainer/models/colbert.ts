import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import { additiveMask } from '../ops/masked-softmax.ts'
import { dropout, project, type EncoderPass } from './encoder.ts'
import type { TextVectors } from './model.ts'
import { towerModel } from './tower-model.ts'

/** Keeps the length of a zero vector from dividing by 0. */
const EPSILON = 1e-12

/**
 * ColBERT (Khattab & Zaharia 2020, §3) for classification as the VIRT authors have it: small token vectors, projected
 * once more for each label c and brought to length 1; every token of X finds its best match in Y (MaxSim):
 *
 *   logit_c = Σ_{i in X} max_{j in Y} x_i^c · y_j^c
 *
 * The sum is the original's; the authors' code divides it by √d, which with short texts keeps logits near 0.
 */
export const colbert = towerModel({
  type: 'colbert',
  summary: 'Two towers of small token vectors; every token of X finds its best match in Y.',
  represent(pass, _config, side, { hidden, mask }) {
    const [size, length, width] = hidden.shape
    const rows: Tensor2D = tf.reshape(dropout(pass, hidden), [size * length, width])
    const small = project(pass, `virtlab.${side}`, rows) // [rows, tokenSize]
    return { vectors: tf.reshape(small, [size, length, small.shape[1]]), mask }
  },
  interact(pass, _config, x, y) {
    const [size, yLength] = y.mask.shape
    const similarities = tf.add<Tensor4D>(
      tf.matMul(labelVectors(pass, x), labelVectors(pass, y), false, true), // [batch, labels, xLen, yLen]
      tf.reshape(additiveMask(y.mask), [size, 1, 1, yLength]),
    )
    const best = tf.max<Tensor3D>(similarities, 3) // [batch, labels, xLen]
    const valid = tf.expandDims<Tensor3D>(x.mask, 1) // [batch, 1, xLen]
    return { logits: tf.sum<Tensor2D>(tf.mul(best, valid), 2) }
  },
})

/** Every token's vector for every label, of length 1 → [texts, labels, length, tokenSize]. */
function labelVectors(pass: EncoderPass, { vectors }: TextVectors): Tensor4D {
  const [size, length, tokenSize] = vectors.shape
  const all = project(pass, 'virtlab.labels', tf.reshape(vectors, [size * length, tokenSize])) // [rows, labels·tokenSize]
  const labels = all.shape[1] / tokenSize
  const split: Tensor4D = tf.reshape(all, [size, length, labels, tokenSize])
  const squared = tf.sum(tf.square(split), 3, true)
  const unit = tf.mul<Tensor4D>(split, tf.rsqrt(tf.add(squared, EPSILON)))
  return tf.transpose(unit, [0, 2, 1, 3])
}
