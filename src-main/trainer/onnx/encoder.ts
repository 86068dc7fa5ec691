import type { ModelConfig } from '../../../src-shared/config/model.ts'
import type { EncoderConfig } from '../models/model.ts'
import { MASKED } from '../ops/masked-softmax.ts'
import type { Graph, Value } from './graph.ts'

/** What a model's graphs are written from. */
export interface OnnxPass {
  graph: Graph
  encoder: EncoderConfig
  config: ModelConfig
  labels: number
  /** A parameter by its Hugging Face name, on the host. */
  parameter(name: string): { shape: number[]; values: Float32Array }
}

/** Rows of texts in a graph. */
export interface OnnxTexts {
  vectors: Value // [texts, vectors, width]
  mask: Value // [texts, vectors], float32, 1 = vector, 0 = padding
}

/** Word + position + segment embeddings, normalised → [batch, length, hidden]. Without segments: all of them 0. */
export function embed(pass: OnnxPass, inputIds: Value, segments?: Value): Value {
  const { graph } = pass
  const table = (kind: string) => `bert.embeddings.${kind}_embeddings.weight`
  const words = graph.op('Gather', [parameter(pass, table('word')), inputIds])
  const length = graph.op('Gather', [graph.op('Shape', [inputIds]), index(pass, 1)])
  const range = graph.op('Range', [index(pass, 0), length, index(pass, 1)])
  const positions = graph.op('Gather', [parameter(pass, table('position')), range]) // [length, hidden]
  const types = parameter(pass, table('token_type'))
  const segment = graph.op('Gather', [types, segments ?? index(pass, 0)])
  const sum = graph.op('Add', [graph.op('Add', [words, segment]), positions])
  return normalise(pass, 'bert.embeddings.LayerNorm', sum)
}

/** BERT's layers of these names over hidden states [batch, length, hidden]; as models/encoder.ts, without dropout. */
export function encode(pass: OnnxPass, { vectors, mask }: OnnxTexts, layers: string[]): OnnxTexts {
  const { graph } = pass
  const keyMask = graph.op('Unsqueeze', [additiveMask(pass, mask), graph.integers(1, 2)]) // [batch, 1, 1, length]
  let hidden = vectors
  for (const layer of layers) hidden = encoderLayer(pass, layer, hidden, keyMask)
  return { vectors: hidden, mask }
}

function encoderLayer(pass: OnnxPass, name: string, hidden: Value, keyMask: Value): Value {
  const { graph, encoder } = pass
  const heads = encoder.numAttentionHeads
  const size = encoder.hiddenSize / heads
  const split = (of: string, perm: number[]) => {
    const projected = project(pass, `${name}.attention.self.${of}`, hidden)
    const perHead = graph.op('Reshape', [projected, graph.integers(0, 0, heads, size)])
    return graph.op('Transpose', [perHead], { perm })
  }
  const queries = split('query', [0, 2, 1, 3]) // [batch, heads, length, headSize]
  const keys = split('key', [0, 2, 3, 1]) // [batch, heads, headSize, length]
  const values = split('value', [0, 2, 1, 3])
  const scores = graph.op('Mul', [
    graph.op('MatMul', [queries, keys]),
    graph.scalar(1 / Math.sqrt(size)),
  ])
  const probabilities = graph.op('Softmax', [graph.op('Add', [scores, keyMask])], { axis: -1 })
  const context = graph.op('Transpose', [graph.op('MatMul', [probabilities, values])], {
    perm: [0, 2, 1, 3],
  })
  const joined = graph.op('Reshape', [context, graph.integers(0, 0, encoder.hiddenSize)])
  const attended = project(pass, `${name}.attention.output.dense`, joined)
  const attention = normalise(
    pass,
    `${name}.attention.output.LayerNorm`,
    graph.op('Add', [attended, hidden]),
  )
  const inner = activate(pass, project(pass, `${name}.intermediate.dense`, attention))
  const outer = project(pass, `${name}.output.dense`, inner)
  return normalise(pass, `${name}.output.LayerNorm`, graph.op('Add', [outer, attention]))
}

function activate({ graph, encoder }: OnnxPass, x: Value): Value {
  const op: typeof graph.op = (type, inputs) => graph.op(type, inputs)
  const scalar = (value: number) => graph.scalar(value)
  const times = (a: Value, b: Value) => op('Mul', [a, b])
  const plusOne = (a: Value) => op('Add', [a, scalar(1)])
  const gates = {
    gelu: () => op('Erf', [times(x, scalar(Math.SQRT1_2))]),
    gelu_new: () => {
      const cubic = plusOne(times(times(x, x), scalar(0.044715)))
      return op('Tanh', [times(times(x, scalar(Math.sqrt(2 / Math.PI))), cubic)])
    },
  }
  const { hiddenAct } = encoder
  if (hiddenAct === 'relu') return op('Relu', [x])
  return times(x, times(plusOne(gates[hiddenAct]()), scalar(0.5)))
}

/** y = x·Wᵀ + b for x [..., in]; the weight is stored as [in, out]. */
export function project(pass: OnnxPass, name: string, x: Value): Value {
  const { graph } = pass
  const { shape } = pass.parameter(`${name}.weight`)
  const [out = 0, inputs = 0] = shape
  const weight = graph.weight(`${name}.weight/transposed`, [inputs, out], () =>
    transpose(pass.parameter(`${name}.weight`).values, out, inputs),
  )
  return graph.op('Add', [graph.op('MatMul', [x, weight]), parameter(pass, `${name}.bias`)])
}

/** A parameter as it is. */
export function parameter({ graph, ...pass }: OnnxPass, name: string): Value {
  const { shape } = pass.parameter(name)
  return graph.weight(name, shape, () => pass.parameter(name).values)
}

/** 0 for a token, −10⁹ for padding. */
export function additiveMask({ graph }: OnnxPass, mask: Value): Value {
  const padding = graph.op('Sub', [graph.scalar(1), mask])
  return graph.op('Mul', [padding, graph.scalar(MASKED)])
}

/** A scalar int64: an index that takes its axis away. */
function index({ graph }: OnnxPass, value: number): Value {
  return graph.op('Squeeze', [graph.integers(value)])
}

function normalise(pass: OnnxPass, name: string, x: Value): Value {
  const inputs = [x, parameter(pass, `${name}.weight`), parameter(pass, `${name}.bias`)]
  return pass.graph.op('LayerNormalization', inputs, {
    axis: -1,
    epsilon: { float: pass.encoder.layerNormEps },
  })
}

/** [rows, columns] → [columns, rows], row-major. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column]!
    }
  }
  return turned
}
