import { towerLayers } from '../../../../src-shared/config/model.ts'
import { layerNames } from '../../models/encoder-parameters.ts'
import { project } from '../encoder.ts'
import { keepFirst, poolJointly } from '../texts.ts'
import { classify, type OnnxTowerModel } from './model.ts'

export const dipair: OnnxTowerModel = {
  represent: (pass, side, hidden) =>
    keepFirst(pass, hidden, side === 'x' ? pass.config.keepX : pass.config.keepY),
  interact(pass, x, y) {
    const layers = layerNames(pass.encoder)
    const split = towerLayers.dipair(layers.length, pass.config)
    const upper = split === layers.length ? ['virtlab.joint'] : layers.slice(split)
    return project(pass, classify, poolJointly(pass, x, y, upper))
  },
}
