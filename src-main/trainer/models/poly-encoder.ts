import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-shared/config/model.ts'
import { additiveMask, maskedSoftmax } from '../ops/masked-softmax.ts'
import { dropout, parameter, project, type EncodedBlock, type EncoderPass } from './encoder.ts'
import type { ModelDefinition } from './model.ts'
import { meanPool } from './pooling.ts'
import { encodeTowers, towerTraces } from './towers.ts'

/**
 * Poly-encoder (Humeau et al. 2020, §4.4) in the VIRT authors' direction: Y, the text that can be cached, is kept as
 * a few codes, and X's mean q attends to them:
 *
 *   a = Σ_i softmax_i(q·C_i/√d) C_i,   logits = W·drop(a) + b   or, with `score: dot`,   w·(a·q/√d) + b
 */
export const polyEncoder: ModelDefinition = {
  type: 'poly_encoder',
  summary: 'Two towers; Y is kept as a few codes that X attends to.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const towers = encodeTowers(pass, batch)
    const q = meanPool(towers.x) // [batch, hidden]
    const { codes, mask } = codesOf(pass, towers.y, config)
    const [size, width] = q.shape
    const query: Tensor3D = tf.reshape(q, [size, 1, width])
    const read = attend(query, codes, mask, 1 / Math.sqrt(width)) // [batch, 1, hidden]
    const a: Tensor2D = tf.reshape(read, [size, width])
    const features =
      config.score === 'dot'
        ? tf.mul<Tensor2D>(tf.sum(tf.mul(a, q), 1, true), 1 / Math.sqrt(width)) // [batch, 1]
        : dropout(pass, a)
    return { logits: project(pass, 'virtlab.classifier', features), ...towerTraces(towers) }
  },
}

/** Y's codes [batch, codes, hidden] and which of them are there [batch, codes]. */
function codesOf(
  pass: EncoderPass,
  y: EncodedBlock,
  config: ModelConfig,
): { codes: Tensor3D; mask: Tensor2D } {
  const [size, length, width] = y.hidden.shape
  if (config.codes === 'first') {
    const count = Math.min(config.codeCount, length)
    return {
      codes: tf.slice(y.hidden, [0, 0, 0], [size, count, width]),
      mask: tf.slice(y.mask, [0, 0], [size, count]),
    }
  }
  // Each learnt code reads Y with a plain dot product, as in the original.
  const learnt = parameter(pass, 'virtlab.codes') // [codes, hidden]
  const queries = tf.tile(tf.expandDims<Tensor3D>(learnt, 0), [size, 1, 1])
  return {
    codes: attend(queries, y.hidden, y.mask, 1),
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
