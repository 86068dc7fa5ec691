import { project, type OnnxPass, type OnnxTexts } from '../encoder.ts'
import type { Value } from '../graph.ts'
import { attention, flat, meanWeights, pairFeatures } from '../texts.ts'
import { classify, type OnnxTowerModel } from './model.ts'

export const virtEncoder: OnnxTowerModel = {
  represent: (_pass, _side, hidden) => hidden,
  interact(pass, x, y) {
    const u = attendedMean(pass, x, y)
    const v = attendedMean(pass, y, x)
    const r = pairFeatures(pass, u, v, pass.config.fusion) // [batch, 4·hidden]
    const h = project(pass, 'virtlab.interaction', r)
    return project(pass, classify, pass.graph.op('Add', [h, r]))
  },
}

/** Mean over the reader's vectors of what each reads of the other text → [batch, hidden]. */
function attendedMean(pass: OnnxPass, reader: OnnxTexts, read: OnnxTexts): Value {
  const { graph, encoder } = pass
  const weights = attention(pass, reader.vectors, read, 1 / Math.sqrt(encoder.hiddenSize))
  const mean = graph.op('MatMul', [meanWeights(pass, reader.mask), weights]) // [batch, 1, readLength]
  return flat(pass, graph.op('MatMul', [mean, read.vectors]))
}
