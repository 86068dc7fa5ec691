import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-shared/config/model.ts'
import { additiveMask, maskedSoftmax } from '../ops/masked-softmax.ts'
import { dropout, parameter, project, type EncodedBlock, type EncoderPass } from './encoder.ts'
import type { TextVectors } from './model.ts'
import { keepFirst, keepMean } from './pooling.ts'
import { towerModel } from './tower-model.ts'

/**
 * Poly-encoder (Humeau et al. 2020, §4.4) in the VIRT authors' direction: Y, the text that can be cached, is kept as
 * a few codes, and X's mean q attends to them:
 *
 *   a = Σ_i softmax_i(q·C_i/√d) C_i,   logits = W·drop(a) + b   or, with `score: dot`,   w·(a·q/√d) + b
 */
export const polyEncoder = towerModel({
  type: 'poly_encoder',
  summary: 'Two towers; Y is kept as a few codes that X attends to.',
  represent: (pass, config, side, block) =>
    side === 'x' ? keepMean(block) : codesOf(pass, block, config),
  interact(pass, config, x, y) {
    const [size, , width] = y.vectors.shape
    const q = x.vectors // [batch, 1, hidden]
    const a = attend(q, y.vectors, y.mask, 1 / Math.sqrt(width)) // [batch, 1, hidden]
    const features =
      config.score === 'dot'
        ? tf.mul(tf.sum(tf.mul(a, q), 2), 1 / Math.sqrt(width)) // [batch, 1]
        : dropout(pass, tf.reshape(a, [size, width]))
    return { logits: project(pass, 'virtlab.classifier', features as Tensor2D) }
  },
})

/** Y's codes → [batch, codes, hidden]. */
function codesOf(pass: EncoderPass, y: EncodedBlock, config: ModelConfig): TextVectors {
  if (config.codes === 'first') return keepFirst(y, config.codeCount)
  // Each learnt code reads Y with a plain dot product, as in the original.
  const [size] = y.hidden.shape
  const learnt = parameter(pass, 'virtlab.codes') // [codes, hidden]
  const queries = tf.tile(tf.expandDims<Tensor3D>(learnt, 0), [size, 1, 1])
  return {
    vectors: attend(queries, y.hidden, y.mask, 1),
    mask: tf.ones([size, config.codeCount]),
  }
}

/** softmax(scale·Q·Rᵀ)·R over the valid rows: [batch, queries, d], [batch, rows, d] → [batch, queries, d]. */
function attend(queries: Tensor3D, rows: Tensor3D, mask: Tensor2D, scale: number): Tensor3D {
  const [size, length] = mask.shape
  const scores = tf.matMul<Tensor3D>(queries, rows, false, true) // [batch, queries, rows]
  const keyMask = tf.reshape(additiveMask(mask), [size, 1, length])
  return tf.matMul(maskedSoftmax(scores, keyMask, scale), rows)
}
