import { towerLayers } from '../../../src-shared/config/model.ts'
import { dropout, project } from './encoder.ts'
import { layerNames } from './encoder-parameters.ts'
import type { ModelDefinition } from './model.ts'
import { pool } from './pooling.ts'
import { encodeJointly, encodeTowers, towerTraces } from './towers.ts'

/**
 * DiPair (Chen et al. 2020, §3): two towers, of which the first few output vectors of each go through a joint
 * transformer layer. That layer is BERT's own last one (the VIRT authors' setting for RTE and BoolQ) or, with every
 * layer in the towers, a fresh one (theirs for MNLI and QQP).
 */
export const dipair: ModelDefinition = {
  type: 'dipair',
  summary: 'Two towers; the first few vectors of each go through one joint layer.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const layers = layerNames(encoder)
    const split = towerLayers.dipair(layers.length, config)
    const towers = encodeTowers(pass, batch, layers.slice(0, split))
    const upper = split === layers.length ? ['virtlab.joint'] : layers.slice(split)
    const joint = encodeJointly(pass, towers, batch, upper, { x: config.keepX, y: config.keepY })
    const pooled = pool(pass, config.pooling, joint) // [batch, hidden]
    const logits = project(pass, 'virtlab.classifier', dropout(pass, pooled))
    return { logits, ...towerTraces(towers) }
  },
}
