import * as tf from '@tensorflow/tfjs-core'
import { dropout, project } from './encoder.ts'
import { keepMean, keptMeans } from './pooling.ts'
import { towerModel } from './tower-model.ts'

/** Siamese BERT with mean pooling; logits = W·drop([u; v]) + b. */
export const biEncoder = towerModel({
  type: 'bi_encoder',
  summary:
    'Two towers with shared weights that meet only in a linear layer: fast, Y can be cached.',
  represent: (_pass, _config, _side, block) => keepMean(block),
  interact(pass, _config, x, y) {
    const [size] = y.vectors.shape
    const features = tf.concat([keptMeans(x, size), keptMeans(y, size)], 1) // [batch, 2·hidden]
    return { logits: project(pass, 'virtlab.classifier', dropout(pass, features)) }
  },
})
