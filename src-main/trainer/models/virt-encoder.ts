import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { additiveMask, maskedSoftmax } from '../ops/masked-softmax.ts'
import { dropout, project, type EncodedBlock } from './encoder.ts'
import type { ModelDefinition } from './model.ts'
import { pairFeatures } from './pair-features.ts'
import { maskedMean } from './pooling.ts'
import { encodeTowers, towerTraces } from './towers.ts'

/** VIRT-Encoder (Li et al. 2022, §3.3): two towers and a light interaction of their last hidden states. */
export const virtEncoder: ModelDefinition = {
  type: 'virt_encoder',
  summary: 'Two towers whose last hidden states attend to each other: VIRT’s adapted interaction.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const towers = encodeTowers(pass, batch)
    const u = attendedMean(towers.x, towers.y)
    const v = attendedMean(towers.y, towers.x)
    const r = dropout(pass, pairFeatures(u, v, config.fusion)) // [batch, 4·hidden]
    const h = dropout(pass, project(pass, 'virtlab.interaction', r))
    const logits = project(pass, 'virtlab.classifier', tf.add<Tensor2D>(h, r))
    return { logits, ...towerTraces(towers) }
  },
}

/**
 * mean over the reader's valid tokens of softmax(H_reader·H_readᵀ/√d)·H_read: parameter-free, one head,
 * padding masked as a key and left out as a row → [batch, hidden].
 */
export function attendedMean(reader: EncodedBlock, read: EncodedBlock): Tensor2D {
  const [batch, length, width] = read.hidden.shape
  const scores = tf.matMul<Tensor3D>(reader.hidden, read.hidden, false, true) // [batch, readerLength, readLength]
  const keyMask = tf.reshape(additiveMask(read.mask), [batch, 1, length])
  const attention = maskedSoftmax(scores, keyMask, 1 / Math.sqrt(width))
  return maskedMean(tf.matMul(attention, read.hidden), reader.mask)
}
