import type { Rgb } from '../lib/colors.ts'

/**
 * Draws lines and bands into pixels, column by column. A chart's line is a function of x: in each column
 * of pixels it covers one stretch from its lowest to its highest point there, with soft ends. That keeps
 * every spike and costs as much as there are pixels: 100 lines of 1,600 points take a tenth of the time
 * that a canvas path takes (docs/decisions/0005-curves-by-column.md).
 *
 * All coordinates are pixels of the raster, y downwards.
 */
export interface Raster {
  width: number
  height: number
  /** RGBA, opaque. */
  data: Uint8ClampedArray<ArrayBuffer>
  /** The same bytes, a pixel each. */
  pixels: Uint32Array
}

/** The stretch of a line in every column; NaN where it is not. */
export interface Extents {
  top: Float32Array
  bottom: Float32Array
  /** Bits: 1 where the line goes down in the column, 2 where it goes up; 3 where it turns, or holds extremes. */
  turns: Uint8Array
}

const down = 1
const up = 2
const both = 3

export function makeRaster(width: number, height: number, background: Rgb): Raster {
  const data = new Uint8ClampedArray(width * height * 4)
  const pixels = new Uint32Array(data.buffer).fill(packed(background))
  return { width, height, data, pixels }
}

/** A colour as the 32 bits of an opaque pixel: RGBA in memory on every machine with little ends. */
const packed = ([red, green, blue]: Rgb) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0

/**
 * Where a polyline runs through each column. `low` and `high`, as long as `x`, widen it at its points
 * (a bucket's extremes). A point whose y is NaN parts the line.
 */
export function lineExtents(
  width: number,
  x: Float32Array,
  y: Float32Array,
  low?: Float32Array,
  high?: Float32Array,
): Extents {
  const top = new Float32Array(width).fill(NaN)
  const bottom = new Float32Array(width).fill(NaN)
  const turns = new Uint8Array(width)
  const extend = (column: number, a: number, b: number) => {
    if (column < 0 || column >= width) return
    const upper = a < b ? a : b
    const lower = a < b ? b : a
    // Written so that NaN, an empty column, is replaced.
    if (!(top[column]! <= upper)) top[column] = upper
    if (!(bottom[column]! >= lower)) bottom[column] = lower
  }
  let previousX = NaN
  let previousY = NaN
  for (let i = 0; i < x.length; i++) {
    const px = x[i]!
    const py = y[i]!
    if (Number.isNaN(py) || Number.isNaN(px)) {
      previousX = NaN
      continue
    }
    extend(Math.floor(px), py, py)
    if (low && high) {
      const a = low[i]!
      const b = high[i]!
      if (!Number.isNaN(a) && !Number.isNaN(b)) {
        extend(Math.floor(px), a, b)
        if (a !== b) turns[Math.floor(px)] = both
      }
    }
    if (px > previousX) {
      const slope = (py - previousY) / (px - previousX)
      const first = Math.max(0, Math.floor(previousX))
      const last = Math.min(width - 1, Math.floor(px))
      const way = slope > 0 ? down : slope < 0 ? up : 0
      for (let column = first; column <= last; column++) {
        const from = Math.max(previousX, column)
        const to = Math.min(px, column + 1)
        if (to > from) turns[column]! |= way
        extend(column, previousY + slope * (from - previousX), previousY + slope * (to - previousX))
      }
    }
    previousX = px
    previousY = py
  }
  return { top, bottom, turns }
}

/** Draws a line of `thickness` pixels; `dash`: as many columns on, then as many off. */
export function drawExtents(
  raster: Raster,
  { top, bottom, turns }: Extents,
  color: Rgb,
  options: {
    alpha?: number
    thickness?: number
    dash?: [on: number, off: number] | undefined
  } = {},
): void {
  const { alpha = 1, thickness = 1, dash } = options
  const half = thickness / 2
  for (let column = 0; column < raster.width; column++) {
    if (dash && column % (dash[0] + dash[1]) >= dash[0]) continue
    const from = top[column]!
    const to = bottom[column]!
    if (Number.isNaN(from)) continue
    if (turns[column] === both) fillColumn(raster, column, from - half, to + half, color, alpha)
    else slantColumn(raster, column, from, to, half, color, alpha)
  }
}

/**
 * One column of a line that goes through it in one direction: a pixel's part is told by its distance from
 * the line, so that a steep line is as thick as a flat one and has no beads where columns meet.
 */
function slantColumn(
  raster: Raster,
  column: number,
  from: number,
  to: number,
  half: number,
  color: Rgb,
  alpha: number,
): void {
  const length = Math.hypot(1, to - from)
  const middle = (from + to) / 2
  const reach = (half + 0.5) * length
  const first = Math.max(0, Math.floor(middle - reach))
  const last = Math.min(raster.height - 1, Math.ceil(middle + reach))
  for (let row = first; row <= last; row++) {
    const distance = Math.abs(row + 0.5 - middle) / length
    const part = Math.min(1, half + 0.5 - distance)
    if (part > 0) mix(raster, row, column, color, part * alpha)
  }
}

/** Fills what lies between two polylines over the same x. */
export function drawBand(
  raster: Raster,
  x: Float32Array,
  low: Float32Array,
  high: Float32Array,
  color: Rgb,
  alpha: number,
): void {
  const lower = lineExtents(raster.width, x, low)
  const upper = lineExtents(raster.width, x, high)
  for (let column = 0; column < raster.width; column++) {
    const from = Math.min(upper.top[column]!, lower.top[column]!)
    const to = Math.max(upper.bottom[column]!, lower.bottom[column]!)
    if (!Number.isNaN(from) && !Number.isNaN(to)) {
      fillColumn(raster, column, from, to, color, alpha)
    }
  }
}

/** A filled disc, for points that no line leads to and for sparse series. */
export function drawDot(raster: Raster, x: number, y: number, radius: number, color: Rgb): void {
  for (let column = Math.floor(x - radius); column <= x + radius; column++) {
    const distance = column + 0.5 - x
    const half = Math.sqrt(Math.max(0, radius * radius - distance * distance))
    if (half > 0) fillColumn(raster, column, y - half, y + half, color, 1)
  }
}

/** Blends a colour over one column from y `from` to `to`; pixels partly covered get their part of it. */
export function fillColumn(
  raster: Raster,
  column: number,
  from: number,
  to: number,
  color: Rgb,
  alpha: number,
): void {
  if (column < 0 || column >= raster.width) return
  const { width, height } = raster
  const first = Math.max(0, Math.floor(from))
  const last = Math.min(height - 1, Math.ceil(to) - 1)
  if (alpha < 1) {
    for (let row = first; row <= last; row++) blend(raster, row, column, from, to, color, alpha)
    return
  }
  // Pixels that are covered whole need no blending: most of those of a dense chart.
  const firstWhole = Math.max(first, Math.ceil(from))
  const lastWhole = Math.min(last, Math.floor(to) - 1)
  const pixel = packed(color)
  for (let row = firstWhole; row <= lastWhole; row++) raster.pixels[row * width + column] = pixel
  if (first < firstWhole && first <= last) blend(raster, first, column, from, to, color, 1)
  if (last > lastWhole && last >= firstWhole) blend(raster, last, column, from, to, color, 1)
}

/** One pixel, by how much of it lies between `from` and `to`. */
function blend(
  raster: Raster,
  row: number,
  column: number,
  from: number,
  to: number,
  color: Rgb,
  alpha: number,
): void {
  mix(raster, row, column, color, (Math.min(to, row + 1) - Math.max(from, row)) * alpha)
}

function mix(
  { data, width }: Raster,
  row: number,
  column: number,
  [red, green, blue]: Rgb,
  part: number,
): void {
  const at = (row * width + column) * 4
  data[at] = data[at]! + (red - data[at]!) * part
  data[at + 1] = data[at + 1]! + (green - data[at + 1]!) * part
  data[at + 2] = data[at + 2]! + (blue - data[at + 2]!) * part
}
