import type { LeftKind } from '../../../src-shared/contract/import.ts'
import { readDouble, readFields, readFloat, readText, type Field } from './protobuf.ts'

/** What an event tells: a number, parameters, or something that is left. */
export type EventValue =
  | { kind: 'scalar'; tag: string; value: number }
  | { kind: 'hparams'; settings: Record<string, unknown> }
  | { kind: 'left'; what: LeftKind; tag: string }

export interface TensorBoardEvent {
  /** Unix ms. */
  time: number
  step: number
  values: EventValue[]
}

/** tensorflow.Event (tensorflow/core/util/event.proto). Throws RangeError for what is no event. */
export function readEvent(bytes: Uint8Array): TensorBoardEvent {
  const event: TensorBoardEvent = { time: 0, step: 0, values: [] }
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) event.time = readDouble(bytesOf(value)) * 1000
    else if (number === 2) event.step = Number(BigInt.asIntN(64, intOf(value)))
    else if (number === 5) event.values = [...readSummary(bytesOf(value))]
    else if (number === 4) event.values.push({ kind: 'left', what: 'graph', tag: 'graph' })
    else if (number === 7 || number === 8) {
      event.values.push({ kind: 'left', what: 'session', tag: 'session' })
    }
  }
  return event
}

/** tensorflow.Summary: field 1 are its values. */
function* readSummary(bytes: Uint8Array): Generator<EventValue> {
  for (const { number, value } of readFields(bytes))
    if (number === 1) yield readValue(bytesOf(value))
}

const leftFields: Record<number, LeftKind> = { 3: 'tensor', 4: 'image', 5: 'histogram', 6: 'audio' }
const plugins: Record<string, LeftKind> = {
  histograms: 'histogram',
  distributions: 'histogram',
  images: 'image',
  audio: 'audio',
  text: 'text',
  graphs: 'graph',
  graph_run_metadata: 'graph',
}

/** tensorflow.Summary.Value: 1 tag, 2 simple_value, 8 tensor, 9 metadata, else what is no scalar. */
function readValue(bytes: Uint8Array): EventValue {
  const fields = [...readFields(bytes)]
  const get = (number: number) => fields.find((field) => field.number === number)?.value
  const tag = textOf(get(1))
  const plugin = pluginOf(get(9))
  if (plugin?.name === 'hparams') {
    const settings = readHparams(plugin.content)
    return settings
      ? { kind: 'hparams', settings }
      : { kind: 'left', what: 'plugin', tag: plugin.name }
  }
  const simple = get(2)
  if (simple !== undefined) return { kind: 'scalar', tag, value: readFloat(bytesOf(simple)) }
  const tensor = get(8)
  if (plugin && plugin.name !== 'scalars') {
    return { kind: 'left', what: plugins[plugin.name] ?? 'plugin', tag: `${plugin.name}: ${tag}` }
  }
  if (tensor !== undefined) {
    const value = readScalarTensor(bytesOf(tensor))
    return value === undefined
      ? { kind: 'left', what: 'tensor', tag }
      : { kind: 'scalar', tag, value }
  }
  const other = fields.find(({ number }) => number in leftFields)
  return { kind: 'left', what: leftFields[other?.number ?? 0] ?? 'plugin', tag }
}

/** SummaryMetadata.plugin_data: 1 plugin_name, 2 content. */
function pluginOf(
  metadata: Field['value'] | undefined,
): { name: string; content: Uint8Array } | undefined {
  if (metadata === undefined) return undefined
  for (const { number, value } of readFields(bytesOf(metadata))) {
    if (number !== 1) continue
    const fields = [...readFields(bytesOf(value))]
    const get = (wanted: number) => fields.find((field) => field.number === wanted)?.value
    return { name: textOf(get(1)), content: bytesOf(get(2) ?? new Uint8Array()) }
  }
  return undefined
}

/**
 * tensorflow.TensorProto with one element: 1 dtype, 2 shape, 4 tensor_content, 5 float_val, 6 double_val, 7
 * int_val, 10 int64_val, 11 bool_val, 13 half_val (also bfloat16). Undefined: it is no single number.
 */
function readScalarTensor(bytes: Uint8Array): number | undefined {
  const fields = [...readFields(bytes)]
  const get = (number: number) => fields.find((field) => field.number === number)?.value
  const type = Number(intOf(get(1) ?? 0n))
  const content = get(4)
  if (content instanceof Uint8Array && content.length > 0) return ofContent(type, content)
  const only = (number: number, size: number): Uint8Array | undefined => {
    const value = get(number)
    return value instanceof Uint8Array && value.length === size ? value : undefined
  }
  const float = only(5, 4)
  if (float) return readFloat(float)
  const double = only(6, 8)
  if (double) return readDouble(double)
  for (const [number, decode] of [
    [7, (bits: bigint) => Number(BigInt.asIntN(32, bits))],
    [10, (bits: bigint) => Number(BigInt.asIntN(64, bits))],
    [11, Number],
    [13, (bits: bigint) => (type === 14 ? bfloat16(Number(bits)) : float16(Number(bits)))],
  ] as const) {
    const packed = get(number)
    if (packed === undefined) continue
    const ints = typeof packed === 'bigint' ? [packed] : [...varints(packed)]
    if (ints.length === 1 && ints[0] !== undefined) return decode(ints[0])
  }
  return undefined
}

/** Little-endian bytes of one element by DataType (tensorflow/core/framework/types.proto). */
function ofContent(type: number, bytes: Uint8Array): number | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const readers: Record<number, [size: number, read: () => number]> = {
    1: [4, () => data.getFloat32(0, true)],
    2: [8, () => data.getFloat64(0, true)],
    3: [4, () => data.getInt32(0, true)],
    9: [8, () => Number(data.getBigInt64(0, true))],
    10: [1, () => data.getUint8(0)],
    14: [2, () => bfloat16(data.getUint16(0, true))],
    19: [2, () => float16(data.getUint16(0, true))],
  }
  const [size, read] = readers[type] ?? []
  return size === bytes.length ? read?.() : undefined
}

function* varints(bytes: Uint8Array): Generator<bigint> {
  let value = 0n
  let shift = 0n
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift
    shift += 7n
    if (byte >= 0x80) continue
    yield value
    value = shift = 0n
  }
}

function bfloat16(bits: number): number {
  const data = new DataView(new ArrayBuffer(4))
  data.setUint32(0, bits << 16)
  return data.getFloat32(0)
}

function float16(bits: number): number {
  const data = new DataView(new ArrayBuffer(2))
  data.setUint16(0, bits)
  return data.getFloat16(0)
}

/**
 * HParamsPluginData (tensorboard/plugins/hparams/plugin_data.proto): 3 session_start_info, of which 1 is the map
 * hparams of name to google.protobuf.Value (1 null, 2 number, 3 string, 4 bool). Undefined: another part of it.
 */
function readHparams(content: Uint8Array): Record<string, unknown> | undefined {
  for (const { number, value } of readFields(content)) {
    if (number !== 3) continue
    const settings: Record<string, unknown> = {}
    for (const entry of readFields(bytesOf(value))) {
      if (entry.number !== 1) continue
      const fields = [...readFields(bytesOf(entry.value))]
      const get = (wanted: number) => fields.find((field) => field.number === wanted)?.value
      const [setting] = readFields(bytesOf(get(2) ?? new Uint8Array()))
      settings[textOf(get(1))] = settingOf(setting)
    }
    return settings
  }
  return undefined
}

function settingOf(field: Field | undefined): unknown {
  if (field?.number === 2) return readDouble(bytesOf(field.value))
  if (field?.number === 3) return textOf(field.value)
  if (field?.number === 4) return intOf(field.value) !== 0n
  return null
}

const bytesOf = (value: Field['value']): Uint8Array => {
  if (value instanceof Uint8Array) return value
  throw new RangeError('bytes were expected')
}
const intOf = (value: Field['value']): bigint => {
  if (typeof value === 'bigint') return value
  throw new RangeError('a number was expected')
}
const textOf = (value: Field['value'] | undefined): string =>
  value === undefined ? '' : readText(bytesOf(value))
