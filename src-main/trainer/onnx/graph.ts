import {
  elementTypes,
  encodeModel,
  type ElementType,
  type NodeMessage,
  type TensorMessage,
  type ValueMessage,
} from './proto.ts'

/** ONNX opset that the graphs are written in: the first with LayerNormalization, read by runtimes since 2022. */
export const OPSET = 17
/** The format's version that goes with it. */
const IR_VERSION = 8
/** AttributeProto.AttributeType. */
const attributeTypes = { float: 1, int: 2, ints: 7 } as const

/** The name of a value in a graph. */
export type Value = string
/** A number: an integer attribute, or `float(…)`; a list: integers. */
type Attribute = number | number[] | { float: number }

/** An axis: its length, or the name of one that differs from call to call. */
export type Axis = number | string

/** Writes one ONNX graph, node after node. */
export interface Graph {
  input(name: string, type: ElementType, axes: Axis[]): Value
  output(name: string, value: Value, axes: Axis[]): void
  /** A float32 tensor that is part of the model; of one name it is stored once. */
  weight(name: string, shape: number[], values: () => Float32Array): Value
  /** A float32 scalar. */
  scalar(value: number): Value
  /** int64 numbers: shapes, axes, indices. */
  integers(...values: number[]): Value
  /** Adds a node and names its (first) output. */
  op(type: string, inputs: Value[], attributes?: Record<string, Attribute>): Value
  /** The finished file. */
  finish(options: { name: string; doc: string; metadata: Record<string, string> }): Uint8Array
}

export function createGraph(): Graph {
  const nodes: NodeMessage[] = []
  const initializers = new Map<string, TensorMessage>()
  const inputs: ValueMessage[] = []
  const outputs: ValueMessage[] = []

  const constant = (
    name: string,
    type: ElementType,
    dims: number[],
    values: () => Float32Array | BigInt64Array,
  ): Value => {
    if (!initializers.has(name)) {
      const { buffer, byteOffset, byteLength } = values()
      const bytes = new Uint8Array(buffer, byteOffset, byteLength)
      initializers.set(name, { name, dims, data_type: elementTypes[type], raw_data: bytes })
    }
    return name
  }

  const graph: Graph = {
    input(name, type, axes) {
      inputs.push(described(name, type, axes))
      return name
    },
    output(name, value, axes) {
      nodes.push({
        op_type: 'Identity',
        name: `output/${name}`,
        input: [value],
        output: [name],
        attribute: [],
      })
      outputs.push(described(name, 'float32', axes))
    },
    weight: (name, shape, values) => constant(name, 'float32', shape, values),
    scalar: (value) => constant(`scalar/${value}`, 'float32', [], () => Float32Array.of(value)),
    integers: (...values) =>
      constant(`integers/${values.join('_')}`, 'int64', [values.length], () =>
        BigInt64Array.from(values, BigInt),
      ),
    op(type, input, attributes = {}) {
      const name = `${type}_${nodes.length}`
      nodes.push({
        op_type: type,
        name,
        input,
        output: [name],
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      })
      return name
    },
    finish: ({ name, doc, metadata }) =>
      encodeModel({
        ir_version: IR_VERSION,
        producer_name: 'virtlab',
        doc_string: doc,
        opset_import: [{ domain: '', version: OPSET }],
        metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
        graph: {
          name,
          node: nodes,
          initializer: [...initializers.values()],
          input: inputs,
          output: outputs,
        },
      }),
  }
  return graph
}

function attribute(name: string, value: Attribute): NodeMessage['attribute'][number] {
  if (Array.isArray(value)) return { name, type: attributeTypes.ints, ints: value }
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value }
  return { name, type: attributeTypes.float, f: value.float }
}

function described(name: string, type: ElementType, axes: Axis[]): ValueMessage {
  const dim = axes.map((axis) =>
    typeof axis === 'number' ? { dim_value: axis } : { dim_param: axis },
  )
  return { name, type: { tensor_type: { elem_type: elementTypes[type], shape: { dim } } } }
}
