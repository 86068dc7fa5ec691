import { towerLayers } from '../../../src-shared/config/model.ts'
import { dropout, project } from './encoder.ts'
import { layerNames } from './encoder-parameters.ts'
import { pool } from './pooling.ts'
import { towerModel } from './tower-model.ts'
import { encodeJointly } from './towers.ts'

/**
 * DeFormer (Cao et al. 2020, §3): BERT whose lower layers read X and Y apart and whose upper layers, with BERT's own
 * weights, read both. As the VIRT authors run it, the towers are alike (segment 0, positions from 0) and all layers
 * but the last are apart.
 */
export const deformer = towerModel({
  type: 'deformer',
  summary: 'Lower layers read the texts apart, the upper ones together: between tower and joint.',
  layers: (encoder, config) =>
    layerNames(encoder).slice(0, towerLayers.deformer(encoder.numHiddenLayers, config)),
  represent: (_pass, _config, _side, { hidden, mask }) => ({ vectors: hidden, mask }),
  interact(pass, config, x, y) {
    const layers = layerNames(pass.encoder)
    const joint = encodeJointly(
      pass,
      x,
      y,
      layers.slice(towerLayers.deformer(layers.length, config)),
    )
    const pooled = pool(pass, config.pooling, joint) // [batch, hidden]
    return { logits: project(pass, 'virtlab.classifier', dropout(pass, pooled)), joint }
  },
})
