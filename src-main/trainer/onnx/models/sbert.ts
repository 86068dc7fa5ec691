import { project } from '../encoder.ts'
import { flat, keepMean, pairFeatures, repeatLike } from '../texts.ts'
import { classify, type OnnxTowerModel } from './model.ts'

export const sbert: OnnxTowerModel = {
  represent: (pass, _side, hidden) => keepMean(pass, hidden),
  interact(pass, x, y) {
    const u = flat(pass, repeatLike(pass, x, y).vectors)
    return project(pass, classify, pairFeatures(pass, u, flat(pass, y.vectors), 'max_squared'))
  },
}
