import { decode, encode, ExtensionCodec } from '@msgpack/msgpack'

/**
 * How calls and events travel over HTTP: MessagePack, with typed arrays as an extension of their own
 * bytes (little-endian, as every machine that runs this has them). NaN, infinities and `undefined` in
 * objects (left out) come through, which JSON cannot do.
 */
const constructors = [
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
] as const

type TypedArray = InstanceType<(typeof constructors)[number]>

/** Extension type of a typed array: this plus its constructor's place in the list. */
const firstType = 16
/** Elements begin here inside an extension, which the decoder then copies to where they are aligned. */
const codec = new ExtensionCodec()
constructors.forEach((constructor, i) => {
  codec.register({
    type: firstType + i,
    // Node's Buffer is a Uint8Array: what it holds is what counts.
    encode: (value) =>
      value instanceof constructor
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : null,
    decode: (data) => viewOf(constructor, data),
  })
})

function viewOf(constructor: (typeof constructors)[number], data: Uint8Array): TypedArray {
  const size = constructor.BYTES_PER_ELEMENT
  if (data.byteOffset % size === 0) {
    return new constructor(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / size)
  }
  const copy = data.slice()
  return new constructor(copy.buffer, 0, copy.byteLength / size)
}

export const wireMimeType = 'application/vnd.virtlab.msgpack'

export function encodeWire(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, { extensionCodec: codec, ignoreUndefined: true })
}

/** Throws for bytes that are no such message. */
export function decodeWire(data: ArrayLike<number> | ArrayBuffer): unknown {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
  return decode(bytes, { extensionCodec: codec })
}
