import * as tf from '@tensorflow/tfjs-core'
import { dropout, project } from './encoder.ts'
import type { ModelDefinition } from './model.ts'
import { meanPool } from './pooling.ts'
import { encodeTowers, towerTraces } from './towers.ts'

/** Siamese BERT with mean pooling; logits = W·drop([u; v]) + b. */
export const biEncoder: ModelDefinition = {
  type: 'bi_encoder',
  summary:
    'Two towers with shared weights that meet only in a linear layer: fast, Y can be cached.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const towers = encodeTowers(pass, batch)
    const features = tf.concat([meanPool(towers.x), meanPool(towers.y)], 1) // [batch, 2·hidden]
    const logits = project(pass, 'virtlab.classifier', dropout(pass, features))
    return { logits, ...towerTraces(towers) }
  },
}
