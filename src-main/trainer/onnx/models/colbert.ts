import { additiveMask, project, type OnnxPass } from '../encoder.ts'
import type { Value } from '../graph.ts'
import type { OnnxTowerModel } from './model.ts'

const EPSILON = 1e-12

export const colbert: OnnxTowerModel = {
  represent: (pass, side, { vectors, mask }) => ({
    vectors: project(pass, `virtlab.${side}`, vectors),
    mask,
  }),
  interact(pass, x, y) {
    const { graph } = pass
    const xLabels = labelVectors(pass, x.vectors, [0, 2, 1, 3]) // [texts, labels, xLen, tokenSize]
    const yLabels = labelVectors(pass, y.vectors, [0, 2, 3, 1]) // [texts, labels, tokenSize, yLen]
    const keyMask = graph.op('Unsqueeze', [additiveMask(pass, y.mask), graph.integers(1, 2)])
    const similarities = graph.op('Add', [graph.op('MatMul', [xLabels, yLabels]), keyMask])
    const best = graph.op('ReduceMax', [similarities], { axes: [3], keepdims: 0 }) // [batch, labels, xLen]
    const valid = graph.op('Unsqueeze', [x.mask, graph.integers(1)])
    return graph.op('ReduceSum', [graph.op('Mul', [best, valid]), graph.integers(2)], {
      keepdims: 0,
    })
  },
}

/** Every token's vector for every label, of length 1. */
function labelVectors(pass: OnnxPass, vectors: Value, perm: number[]): Value {
  const { graph, config, labels } = pass
  const all = project(pass, 'virtlab.labels', vectors)
  const split = graph.op('Reshape', [all, graph.integers(0, 0, labels, config.tokenSize)])
  const squared = graph.op('ReduceSum', [graph.op('Mul', [split, split]), graph.integers(3)], {
    keepdims: 1,
  })
  const length = graph.op('Sqrt', [graph.op('Add', [squared, graph.scalar(EPSILON)])])
  return graph.op('Transpose', [graph.op('Div', [split, length])], { perm })
}
