import protobuf from 'protobufjs/light.js'

/**
 * The part of ONNX's protobuf that a model of ours needs (onnx/onnx, onnx.proto3, IR version 8): field names and
 * numbers are the format's.
 */
const field = (type: string, id: number, rule?: 'repeated') => ({ type, id, ...(rule && { rule }) })
const message = (fields: Record<string, ReturnType<typeof field>>) => ({ fields })
const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      ir_version: field('int64', 1),
      producer_name: field('string', 2),
      graph: field('GraphProto', 7),
      opset_import: field('OperatorSetIdProto', 8, 'repeated'),
      doc_string: field('string', 6),
      metadata_props: field('StringStringEntryProto', 14, 'repeated'),
    }),
    OperatorSetIdProto: message({ domain: field('string', 1), version: field('int64', 2) }),
    StringStringEntryProto: message({ key: field('string', 1), value: field('string', 2) }),
    GraphProto: message({
      node: field('NodeProto', 1, 'repeated'),
      name: field('string', 2),
      initializer: field('TensorProto', 5, 'repeated'),
      input: field('ValueInfoProto', 11, 'repeated'),
      output: field('ValueInfoProto', 12, 'repeated'),
    }),
    NodeProto: message({
      input: field('string', 1, 'repeated'),
      output: field('string', 2, 'repeated'),
      name: field('string', 3),
      op_type: field('string', 4),
      attribute: field('AttributeProto', 5, 'repeated'),
    }),
    AttributeProto: message({
      name: field('string', 1),
      f: field('float', 2),
      i: field('int64', 3),
      ints: field('int64', 8, 'repeated'),
      type: field('int32', 20),
    }),
    TensorProto: message({
      dims: field('int64', 1, 'repeated'),
      data_type: field('int32', 2),
      name: field('string', 8),
      raw_data: field('bytes', 9),
    }),
    ValueInfoProto: message({ name: field('string', 1), type: field('TypeProto', 2) }),
    TypeProto: message({ tensor_type: field('TensorTypeProto', 1) }),
    TensorTypeProto: message({ elem_type: field('int32', 1), shape: field('TensorShapeProto', 2) }),
    TensorShapeProto: message({ dim: field('DimensionProto', 1, 'repeated') }),
    DimensionProto: message({ dim_value: field('int64', 1), dim_param: field('string', 2) }),
  },
})

/** TensorProto.DataType. */
export const elementTypes = { float32: 1, int64: 7 } as const
export type ElementType = keyof typeof elementTypes

export interface NodeMessage {
  op_type: string
  name: string
  input: string[]
  output: string[]
  attribute: { name: string; type: number; f?: number; i?: number; ints?: number[] }[]
}

export interface TensorMessage {
  name: string
  dims: number[]
  data_type: number
  raw_data: Uint8Array
}

export interface ValueMessage {
  name: string
  type: {
    tensor_type: {
      elem_type: number
      shape: { dim: ({ dim_value: number } | { dim_param: string })[] }
    }
  }
}

export interface ModelMessage {
  ir_version: number
  producer_name: string
  doc_string: string
  opset_import: { domain: string; version: number }[]
  metadata_props: { key: string; value: string }[]
  graph: {
    name: string
    node: NodeMessage[]
    initializer: TensorMessage[]
    input: ValueMessage[]
    output: ValueMessage[]
  }
}

/** A model's bytes; protobuf allows 2 GiB at most. */
export function encodeModel(model: ModelMessage): Uint8Array {
  // Fields are named as in the format, which protobufjs would otherwise expect in camel case for JSON only.
  return root.lookupType('ModelProto').encode(model).finish()
}
