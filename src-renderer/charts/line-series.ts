import type { AxisKind, ScaleType } from './scale.ts'

/**
 * One line. All arrays are as long as `x`, which grows. NaN in `y` parts the line. Make a new object when
 * the numbers change: charts compare by identity.
 */
export interface LineSeries {
  id: string
  name: string
  /** Index of a series colour (lib/colors.ts), or a colour as #rrggbb. */
  color: number | string
  x: Float64Array
  y: Float64Array
  /** Extremes of the points that each element stands for: spikes are drawn from these. */
  min?: Float64Array | undefined
  max?: Float64Array | undefined
  /** A shaded range: over seeds, or mean ± std. */
  band?: { low: Float64Array; high: Float64Array; label: string } | undefined
  /** Drawn in full strength, `y` faintly behind it. */
  smooth?: Float64Array | undefined
  dashed?: boolean | undefined
  hidden?: boolean | undefined
  /** How many runs it is made of, for the readout. */
  n?: number | undefined
}

export interface XAxis {
  label: string
  scale: ScaleType
  kind: AxisKind
}

export interface YAxis {
  label: string
  scale: ScaleType
  /** How a value is written in the readout, unit and all. */
  format: (value: number) => string
  /** How a tick is written, given all of them: short, and no two alike. Default: a plain number. */
  tick?: ((value: number, ticks: readonly number[]) => string) | undefined
}

export interface Range {
  from: number
  to: number
}

/** Index of the element of ascending `x` that is nearest to `value`; −1 of an empty one. */
export function nearestIndex(x: Float64Array, value: number): number {
  let low = 0
  let high = x.length - 1
  if (high < 0) return -1
  while (low < high) {
    const middle = (low + high) >> 1
    if (x[middle]! < value) low = middle + 1
    else high = middle
  }
  if (low > 0 && value - x[low - 1]! < x[low]! - value) return low - 1
  return low
}

/** Smallest and largest x of all; undefined of none. */
export function xExtent(series: readonly LineSeries[], positive: boolean): Range | undefined {
  let from = Infinity
  let to = -Infinity
  for (const { x } of series) {
    if (x.length === 0) continue
    let first = 0
    if (positive) while (first < x.length - 1 && !(x[first]! > 0)) first += 1
    from = Math.min(from, x[first]!)
    to = Math.max(to, x[x.length - 1]!)
  }
  if (positive && !(from > 0)) return undefined
  return from <= to ? { from, to } : undefined
}

/** Smallest and largest value shown within a range of x, spikes and bands included. */
export function yExtent(
  series: readonly LineSeries[],
  range: Range,
  positive: boolean,
): Range | undefined {
  let from = Infinity
  let to = -Infinity
  for (const { x, y, min = y, max = y, band } of series) {
    const low = band?.low
    const high = band?.high
    for (let i = 0; i < x.length; i++) {
      if (x[i]! < range.from || x[i]! > range.to) continue
      // NaN is never smaller nor larger, so it is left out.
      const least = min[i]!
      const most = max[i]!
      if (least < from && (!positive || least > 0)) from = least
      if (most > to && most < Infinity) to = most
      if (low && low[i]! < from && (!positive || low[i]! > 0)) from = low[i]!
      if (high && high[i]! > to) to = high[i]!
    }
  }
  return from <= to && from > -Infinity ? { from, to } : undefined
}
