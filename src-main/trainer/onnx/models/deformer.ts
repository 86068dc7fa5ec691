import { towerLayers } from '../../../../src-shared/config/model.ts'
import { layerNames } from '../../models/encoder-parameters.ts'
import { project } from '../encoder.ts'
import { poolJointly } from '../texts.ts'
import { classify, type OnnxTowerModel } from './model.ts'

export const deformer: OnnxTowerModel = {
  represent: (_pass, _side, hidden) => hidden,
  interact(pass, x, y) {
    const layers = layerNames(pass.encoder)
    const upper = layers.slice(towerLayers.deformer(layers.length, pass.config))
    return project(pass, classify, poolJointly(pass, x, y, upper))
  },
}
