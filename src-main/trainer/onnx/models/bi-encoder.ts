import { project } from '../encoder.ts'
import { flat, keepMean, repeatLike } from '../texts.ts'
import { classify, type OnnxTowerModel } from './model.ts'

export const biEncoder: OnnxTowerModel = {
  represent: (pass, _side, hidden) => keepMean(pass, hidden),
  interact(pass, x, y) {
    const u = flat(pass, repeatLike(pass, x, y).vectors)
    const features = pass.graph.op('Concat', [u, flat(pass, y.vectors)], { axis: 1 })
    return project(pass, classify, features)
  },
}
