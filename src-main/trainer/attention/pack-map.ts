import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * One example's maps of one layer as stored: float16 (a probability keeps 3 digits, more than a heat map
 * shows), heads × rows × columns, row-major, raw deflate.
 *
 * @param map float32 of a padded batch's one example, [heads, paddedRows, paddedColumns]
 */
export function packMap(
  map: Float32Array,
  shape: { heads: number; paddedRows: number; paddedColumns: number },
  rows: number,
  columns: number,
): Uint8Array<ArrayBuffer> {
  const packed = new Float16Array(shape.heads * rows * columns)
  let to = 0
  for (let head = 0; head < shape.heads; head++) {
    for (let row = 0; row < rows; row++) {
      const from = (head * shape.paddedRows + row) * shape.paddedColumns
      for (let column = 0; column < columns; column++) packed[to++] = map[from + column]!
    }
  }
  return Uint8Array.from(deflateRawSync(new Uint8Array(packed.buffer)))
}

/** The inverse: [heads * rows * columns]. */
export function unpackMap(data: Uint8Array): Float32Array {
  const bytes = inflateRawSync(data)
  // The constructor converts many times faster than Float32Array.from, which iterates.
  return new Float32Array(new Float16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2))
}
