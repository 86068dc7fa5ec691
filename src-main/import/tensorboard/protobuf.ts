/** A field of a protobuf message: its number and value. Groups, which proto3 has not, end the reading. */
export interface Field {
  number: number
  /** varint (as bigint), 4 or 8 bytes of a number, or bytes with a length. */
  value: bigint | Uint8Array
  wire: 0 | 1 | 2 | 5
}

/** Reads a message's fields in order (protobuf.dev, "Encoding"). Throws RangeError where it is none. */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('a number is cut off')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError('a number has too many bytes')
  }
  const take = (n: number): Uint8Array => {
    if (n > bytes.length - at) throw new RangeError('a field is cut off')
    return bytes.subarray(at, (at += n))
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    if (wire === 0) yield { number, wire, value: varint() }
    else if (wire === 1) yield { number, wire, value: take(8) }
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) }
    else if (wire === 5) yield { number, wire, value: take(4) }
    else throw new RangeError(`a field has wire type ${wire}`)
  }
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
export const readDouble = (bytes: Uint8Array): number => view(bytes).getFloat64(0, true)
export const readFloat = (bytes: Uint8Array): number => view(bytes).getFloat32(0, true)
export const readText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

/** Writes fields; a `Uint8Array` is bytes with a length. */
export function writeMessage(
  fields: readonly (
    | { number: number; int: number | bigint }
    | { number: number; double: number }
    | { number: number; float: number }
    | { number: number; bytes: Uint8Array | string }
  )[],
): Buffer {
  const parts: Buffer[] = []
  const tag = (number: number, wire: number) => parts.push(writeVarint(BigInt(number * 8 + wire)))
  for (const field of fields) {
    if ('int' in field) {
      tag(field.number, 0)
      parts.push(writeVarint(BigInt.asUintN(64, BigInt(field.int))))
    } else if ('double' in field) {
      tag(field.number, 1)
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(field.double)
      parts.push(bytes)
    } else if ('float' in field) {
      tag(field.number, 5)
      const bytes = Buffer.alloc(4)
      bytes.writeFloatLE(field.float)
      parts.push(bytes)
    } else {
      tag(field.number, 2)
      const bytes = Buffer.from(field.bytes as Uint8Array)
      parts.push(writeVarint(BigInt(bytes.length)), bytes)
    }
  }
  return Buffer.concat(parts)
}

function writeVarint(given: bigint): Buffer {
  const bytes: number[] = []
  let value = given
  do {
    const low = Number(value & 0x7fn)
    value >>= 7n
    bytes.push(value > 0n ? low | 0x80 : low)
  } while (value > 0n)
  return Buffer.from(bytes)
}
