import * as tf from '@tensorflow/tfjs-core'
import { type BackendWasm, float32View, type TensorInfo } from './heap.ts'

/** [..., rows, columns] → [..., columns, rows]. The caller disposes the result. */
export function transposeMatrices(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const batch = tf.util.sizeFromShape(x.shape.slice(0, -2))
  const out = backend.makeOutput([...x.shape.slice(0, -2), columns, rows], x.dtype)
  const from = float32View(backend, x)
  const to = float32View(backend, out)
  for (let i = 0; i < batch; i++) transposeInto(from, to, i * rows * columns, rows, columns)
  return out
}

/** Tiles small enough that both sides' cache lines stay in the first-level cache. */
const TILE = 16

function transposeInto(
  from: Float32Array,
  to: Float32Array,
  start: number,
  rows: number,
  columns: number,
): void {
  for (let rowTile = 0; rowTile < rows; rowTile += TILE) {
    const rowEnd = Math.min(rowTile + TILE, rows)
    for (let columnTile = 0; columnTile < columns; columnTile += TILE) {
      const columnEnd = Math.min(columnTile + TILE, columns)
      for (let column = columnTile; column < columnEnd; column++) {
        let source = start + rowTile * columns + column
        const target = start + column * rows
        for (let row = rowTile; row < rowEnd; row++) {
          to[target + row] = from[source]!
          source += columns
        }
      }
    }
  }
}
