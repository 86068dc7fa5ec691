import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-shared/config/model.ts'
import { type EncodedBlock, type EncoderPass, project } from './encoder.ts'

/** A sequence read as one, as the configuration says → [batch, hidden]. */
export function pool(
  pass: EncoderPass,
  pooling: ModelConfig['pooling'],
  block: EncodedBlock,
): Tensor2D {
  return pooling === 'cls' ? clsPool(pass, block) : meanPool(block)
}

/** Mean of the hidden states of all valid tokens, [CLS] and [SEP] among them → [batch, hidden]. */
export function meanPool({ hidden, mask }: EncodedBlock): Tensor2D {
  return maskedMean(hidden, mask)
}

/** Mean over the rows whose mask is 1: [batch, length, width], [batch, length] → [batch, width]. */
export function maskedMean(rows: tf.Tensor3D, mask: Tensor2D): Tensor2D {
  const [batch, length, width] = rows.shape
  const weights = tf.div(mask, tf.sum(mask, 1, true)) // [batch, length], sums to 1
  const mean = tf.matMul(tf.reshape(weights, [batch, 1, length]), rows) // [batch, 1, width]
  return tf.reshape(mean, [batch, width])
}

/** BERT's pooler: tanh(W·h_[CLS] + b) → [batch, hidden]. */
export function clsPool(pass: EncoderPass, { hidden }: EncodedBlock): Tensor2D {
  const [batch, , width] = hidden.shape
  const cls = tf.reshape<tf.Rank.R2>(tf.slice(hidden, [0, 0, 0], [batch, 1, width]), [batch, width])
  return tf.tanh(project(pass, 'bert.pooler.dense', cls))
}
