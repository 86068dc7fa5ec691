import { towerLayers } from '../../../src-shared/config/model.ts'
import { dropout, project } from './encoder.ts'
import { layerNames } from './encoder-parameters.ts'
import { keepFirst, pool } from './pooling.ts'
import { towerModel } from './tower-model.ts'
import { encodeJointly } from './towers.ts'

/**
 * DiPair (Chen et al. 2020, §3): two towers, of which the first few output vectors of each go through a joint
 * transformer layer. That layer is BERT's own last one (the VIRT authors' setting for RTE and BoolQ) or, with every
 * layer in the towers, a fresh one (theirs for MNLI and QQP).
 */
export const dipair = towerModel({
  type: 'dipair',
  summary: 'Two towers; the first few vectors of each go through one joint layer.',
  layers: (encoder, config) =>
    layerNames(encoder).slice(0, towerLayers.dipair(encoder.numHiddenLayers, config)),
  represent: (_pass, { keepX, keepY }, side, block) =>
    keepFirst(block, side === 'x' ? keepX : keepY),
  interact(pass, config, x, y) {
    const layers = layerNames(pass.encoder)
    const split = towerLayers.dipair(layers.length, config)
    const upper = split === layers.length ? ['virtlab.joint'] : layers.slice(split)
    const pooled = pool(pass, config.pooling, encodeJointly(pass, x, y, upper)) // [batch, hidden]
    return { logits: project(pass, 'virtlab.classifier', dropout(pass, pooled)) }
  },
})
