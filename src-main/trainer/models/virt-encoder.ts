import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { additiveMask, maskedSoftmax } from '../ops/masked-softmax.ts'
import { dropout, project } from './encoder.ts'
import type { TextVectors } from './model.ts'
import { pairFeatures } from './pair-features.ts'
import { meanWeights } from './pooling.ts'
import { towerModel } from './tower-model.ts'

/** VIRT-Encoder (Li et al. 2022, §3.3): two towers and a light interaction of their last hidden states. */
export const virtEncoder = towerModel({
  type: 'virt_encoder',
  summary: 'Two towers whose last hidden states attend to each other: VIRT’s adapted interaction.',
  represent: (_pass, _config, _side, { hidden, mask }) => ({ vectors: hidden, mask }),
  interact(pass, { fusion }, x, y) {
    const u = attendedMean(x, y)
    const v = attendedMean(y, x)
    const r = dropout(pass, pairFeatures(u, v, fusion)) // [batch, 4·hidden]
    const h = dropout(pass, project(pass, 'virtlab.interaction', r))
    return { logits: project(pass, 'virtlab.classifier', tf.add<Tensor2D>(h, r)) }
  },
})

/**
 * mean over the reader's valid tokens of softmax(H_reader·H_readᵀ/√d)·H_read: parameter-free, one head,
 * padding masked as a key and left out as a row → [batch, hidden]. The mean is taken of the attention, before the
 * product with H_read: the same number for half the work. A side of one text meets every text of the other.
 */
export function attendedMean(reader: TextVectors, read: TextVectors): Tensor2D {
  const [texts, length, width] = read.vectors.shape
  const scores = tf.matMul<Tensor3D>(reader.vectors, read.vectors, false, true) // [batch, readerLength, readLength]
  const keyMask = tf.reshape(additiveMask(read.mask), [texts, 1, length])
  const attention = maskedSoftmax(scores, keyMask, 1 / Math.sqrt(width))
  const mean = tf.matMul(meanWeights(reader.mask), attention) // [batch, 1, readLength]
  const attended = tf.matMul<Tensor3D>(mean, read.vectors) // [batch, 1, hidden]
  return tf.reshape(attended, [attended.shape[0], width])
}
