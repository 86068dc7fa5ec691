import { parameter, project, type OnnxPass, type OnnxTexts } from '../encoder.ts'
import { anyOf, attention, flat, keepFirst, keepMean } from '../texts.ts'
import { classify, type OnnxTowerModel } from './model.ts'

export const polyEncoder: OnnxTowerModel = {
  represent: (pass, side, hidden) =>
    side === 'x' ? keepMean(pass, hidden) : codesOf(pass, hidden),
  interact(pass, x, y) {
    const { graph, encoder, config } = pass
    const scale = 1 / Math.sqrt(encoder.hiddenSize)
    const read = graph.op('MatMul', [attention(pass, x.vectors, y, scale), y.vectors]) // [batch, 1, hidden]
    if (config.score === 'linear') return project(pass, classify, flat(pass, read))
    const product = graph.op('Mul', [read, x.vectors])
    const dot = graph.op('ReduceSum', [product, graph.integers(2)], { keepdims: 0 }) // [batch, 1]
    return project(pass, classify, graph.op('Mul', [dot, graph.scalar(scale)]))
  },
}

function codesOf(pass: OnnxPass, hidden: OnnxTexts): OnnxTexts {
  const { graph, config } = pass
  if (config.codes === 'first') return keepFirst(pass, hidden, config.codeCount)
  const queries = graph.op('Unsqueeze', [parameter(pass, 'virtlab.codes'), graph.integers(0)])
  const ones = graph.weight('ones', [1, config.codeCount], () =>
    new Float32Array(config.codeCount).fill(1),
  )
  return {
    vectors: graph.op('MatMul', [attention(pass, queries, hidden, 1), hidden.vectors]),
    mask: graph.op('Mul', [anyOf(pass, hidden.mask), ones]),
  }
}
