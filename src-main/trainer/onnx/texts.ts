import { encode, additiveMask, project, type OnnxPass, type OnnxTexts } from './encoder.ts'
import type { Value } from './graph.ts'

/** The counterparts of models/pooling.ts, towers.ts and pair-features.ts as nodes of a graph. */

/** A text kept as the mean of its hidden states → [texts, 1, hidden]. */
export function keepMean(pass: OnnxPass, texts: OnnxTexts): OnnxTexts {
  const mean = pass.graph.op('MatMul', [meanWeights(pass, texts.mask), texts.vectors])
  return { vectors: mean, mask: anyOf(pass, texts.mask) }
}

/** The first vectors of every text. */
export function keepFirst({ graph }: OnnxPass, texts: OnnxTexts, count: number): OnnxTexts {
  const first = (value: Value) =>
    graph.op('Slice', [value, graph.integers(0), graph.integers(count), graph.integers(1)])
  return { vectors: first(texts.vectors), mask: first(texts.mask) }
}

/** 1 for every text, which has [CLS] at least: [texts, 1]. */
export function anyOf({ graph }: OnnxPass, mask: Value): Value {
  return graph.op('ReduceMax', [mask], { axes: [1], keepdims: 1 })
}

/** Mask [texts, vectors] → weights [texts, 1, vectors] of a mean. */
export function meanWeights({ graph }: OnnxPass, mask: Value): Value {
  const count = graph.op('ReduceSum', [mask, graph.integers(1)], { keepdims: 1 })
  return graph.op('Unsqueeze', [graph.op('Div', [mask, count]), graph.integers(1)])
}

/** softmax(scale·Q·Rᵀ + mask) → [texts, queries, rows]; either side may be one text that meets every other. */
export function attention(pass: OnnxPass, queries: Value, rows: OnnxTexts, scale: number): Value {
  const { graph } = pass
  const turned = graph.op('Transpose', [rows.vectors], { perm: [0, 2, 1] })
  const scores = graph.op('Mul', [graph.op('MatMul', [queries, turned]), graph.scalar(scale)])
  const keyMask = graph.op('Unsqueeze', [additiveMask(pass, rows.mask), graph.integers(1)])
  return graph.op('Softmax', [graph.op('Add', [scores, keyMask])], { axis: -1 })
}

/** One text's vectors as often as there are texts of the other. */
export function repeatLike({ graph }: OnnxPass, one: OnnxTexts, other: OnnxTexts): OnnxTexts {
  const count = graph.op('Slice', [
    graph.op('Shape', [other.vectors]),
    graph.integers(0),
    graph.integers(1),
  ]) // [1]
  const repeat = (value: Value, ones: number[]) => {
    const shape = graph.op('Concat', [count, graph.integers(...ones)], { axis: 0 })
    return graph.op('Expand', [value, shape])
  }
  return { vectors: repeat(one.vectors, [1, 1]), mask: repeat(one.mask, [1]) }
}

/** Both texts' vectors as one sequence through layers; then pooled as the configuration says → [batch, hidden]. */
export function poolJointly(pass: OnnxPass, x: OnnxTexts, y: OnnxTexts, layers: string[]): Value {
  const { graph } = pass
  const met = repeatLike(pass, x, y)
  const join = (a: Value, b: Value) => graph.op('Concat', [a, b], { axis: 1 })
  const both = { vectors: join(met.vectors, y.vectors), mask: join(met.mask, y.mask) }
  return pool(pass, encode(pass, both, layers))
}

/** A sequence read as one → [batch, hidden]. */
export function pool(pass: OnnxPass, texts: OnnxTexts): Value {
  if (pass.config.pooling === 'mean') return flat(pass, keepMean(pass, texts).vectors)
  const cls = flat(pass, keepFirst(pass, texts, 1).vectors)
  return pass.graph.op('Tanh', [project(pass, 'bert.pooler.dense', cls)])
}

/** [batch, 1, width] → [batch, width]. */
export function flat({ graph }: OnnxPass, value: Value): Value {
  return graph.op('Squeeze', [value, graph.integers(1)])
}

/** [u; v; |u − v|; max(u, v)² or u∘v] → [batch, 4·width]. */
export function pairFeatures({ graph }: OnnxPass, u: Value, v: Value, fusion: string): Value {
  const larger = graph.op('Max', [u, v])
  const fused = fusion === 'max_squared' ? [larger, larger] : [u, v]
  const distance = graph.op('Abs', [graph.op('Sub', [u, v])])
  return graph.op('Concat', [u, v, distance, graph.op('Mul', fused)], { axis: 1 })
}
