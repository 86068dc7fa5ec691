import { towerLayers } from '../../../src-shared/config/model.ts'
import { dropout, project } from './encoder.ts'
import { layerNames } from './encoder-parameters.ts'
import type { ModelDefinition } from './model.ts'
import { pool } from './pooling.ts'
import { encodeJointly, encodeTowers, tracesWithJoint } from './towers.ts'

/**
 * DeFormer (Cao et al. 2020, §3): BERT whose lower layers read X and Y apart and whose upper layers, with BERT's own
 * weights, read both. As the VIRT authors run it, the towers are alike (segment 0, positions from 0) and all layers
 * but the last are apart.
 */
export const deformer: ModelDefinition = {
  type: 'deformer',
  summary: 'Lower layers read the texts apart, the upper ones together: between tower and joint.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const layers = layerNames(encoder)
    const split = towerLayers.deformer(layers.length, config)
    const towers = encodeTowers(pass, batch, layers.slice(0, split))
    const joint = encodeJointly(pass, towers, batch, layers.slice(split))
    const pooled = pool(pass, config.pooling, joint) // [batch, hidden]
    const logits = project(pass, 'virtlab.classifier', dropout(pass, pooled))
    return { logits, ...tracesWithJoint(towers, joint, batch) }
  },
}
