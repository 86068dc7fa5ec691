import { colorTable, type ScaleKind } from '../lib/colors.ts'

/** A matrix of numbers, row by row. */
export interface Matrix {
  rows: number
  columns: number
  values: Float32Array | Float64Array
}

/** What the ends of the colour scale stand for; a diverging scale is symmetric about 0. */
export interface Domain {
  from: number
  to: number
}

/** Smallest and largest finite value; for `diverging` the same size at both sides of 0. */
export function domainOf(values: Float32Array | Float64Array, kind: ScaleKind): Domain {
  let from = Infinity
  let to = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < from) from = value
    if (value > to) to = value
  }
  if (!(from <= to)) return { from: kind === 'diverging' ? -1 : 0, to: 1 }
  if (kind === 'diverging') {
    const size = Math.max(Math.abs(from), Math.abs(to)) || 1
    return { from: -size, to: size }
  }
  return { from: Math.min(0, from), to: to === from ? from + 1 : to }
}

const packedTables = new WeakMap<Uint8ClampedArray, Uint32Array>()

/** The scale's colours as whole opaque pixels, so that a cell is one write (little ends, as everywhere). */
function pixelTable(kind: ScaleKind, theme: 'light' | 'dark'): Uint32Array {
  const table = colorTable(kind, theme)
  const known = packedTables.get(table)
  if (known) return known
  const pixels = Uint32Array.from({ length: 256 }, (_, i) => {
    const [red, green, blue] = table.subarray(i * 3, i * 3 + 3)
    return ((255 << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0
  })
  packedTables.set(table, pixels)
  return pixels
}

/** One pixel a cell, RGBA; a cell that is NaN is transparent. */
export function paintMatrix(
  { rows, columns, values }: Matrix,
  domain: Domain,
  kind: ScaleKind,
  theme: 'light' | 'dark',
): ImageData {
  const image = new ImageData(Math.max(1, columns), Math.max(1, rows))
  const colors = pixelTable(kind, theme)
  const pixels = new Uint32Array(image.data.buffer)
  const { from } = domain
  const factor = 255 / (domain.to - from || 1)
  for (let i = 0; i < rows * columns; i++) {
    const place = (values[i]! - from) * factor + 0.5
    // Also false for NaN.
    if (place >= 0 && place < 256) pixels[i] = colors[place | 0]!
    else if (place >= 256) pixels[i] = colors[255]!
    else if (place < 0) pixels[i] = colors[0]!
  }
  return image
}

/** Whether text on this value's colour has to be light. */
export function needsLightText(
  value: number,
  domain: Domain,
  kind: ScaleKind,
  theme: 'light' | 'dark',
): boolean {
  const table = colorTable(kind, theme)
  const part = (value - domain.from) / (domain.to - domain.from || 1)
  const index = Math.min(255, Math.max(0, Math.round(part * 255))) * 3
  const light = 0.2126 * table[index]! + 0.7152 * table[index + 1]! + 0.0722 * table[index + 2]!
  return light < 140
}
