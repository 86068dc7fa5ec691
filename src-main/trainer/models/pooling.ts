import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-shared/config/model.ts'
import { type EncodedBlock, type EncoderPass, project } from './encoder.ts'
import type { TextVectors } from './model.ts'

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

/** A text kept as the mean of its hidden states: one vector → [texts, 1, hidden]. */
export function keepMean(block: EncodedBlock): TextVectors {
  const vectors = tf.expandDims<tf.Tensor3D>(meanPool(block), 1)
  return { vectors, mask: tf.ones([vectors.shape[0], 1]) }
}

/** Means of texts [texts, 1, hidden] → [count, hidden]; one text as often as wanted. */
export function keptMeans({ vectors }: TextVectors, count: number): Tensor2D {
  const [size, , width] = vectors.shape
  const means = tf.reshape<tf.Rank.R2>(vectors, [size, width])
  return size === count ? means : tf.broadcastTo(means, [count, width])
}

/** The first vectors of every text. */
export function keepFirst({ hidden, mask }: EncodedBlock, count: number): TextVectors {
  const [size, length, width] = hidden.shape
  const kept = Math.min(count, length)
  return {
    vectors: tf.slice(hidden, [0, 0, 0], [size, kept, width]),
    mask: tf.slice(mask, [0, 0], [size, kept]),
  }
}

/** Mean over the rows whose mask is 1: [batch, length, width], [batch, length] → [batch, width]. */
export function maskedMean(rows: tf.Tensor3D, mask: Tensor2D): Tensor2D {
  const [batch, , width] = rows.shape
  const mean = tf.matMul(meanWeights(mask), rows) // [batch, 1, width]
  return tf.reshape(mean, [batch, width])
}

/** A mean over valid rows as a product: mask [batch, length] → weights [batch, 1, length] that sum to 1. */
export function meanWeights(mask: Tensor2D): tf.Tensor3D {
  return tf.expandDims(tf.div(mask, tf.sum(mask, 1, true)), 1)
}

/** BERT's pooler: tanh(W·h_[CLS] + b) → [batch, hidden]. */
export function clsPool(pass: EncoderPass, { hidden }: EncodedBlock): Tensor2D {
  const [batch, , width] = hidden.shape
  const cls = tf.reshape<tf.Rank.R2>(tf.slice(hidden, [0, 0, 0], [batch, 1, width]), [batch, width])
  return tf.tanh(project(pass, 'bert.pooler.dense', cls))
}
