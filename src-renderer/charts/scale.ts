import { durationTicks, linearTicks, logTicks } from './ticks.ts'

export type ScaleType = 'linear' | 'log'
/** What the numbers of an axis are; decides its ticks and how they are written. */
export type AxisKind = 'number' | 'duration' | 'time'

export interface Scale {
  type: ScaleType
  /** The values at both ends. */
  from: number
  to: number
  /** A value's place, 0 at `from` and 1 at `to`; NaN for what a log axis cannot show. */
  place(value: number): number
  /** The value at a place. */
  value(place: number): number
  ticks(count: number): number[]
}

/** A log axis shows positive numbers only; the caller leaves the others out of [from, to]. */
export function makeScale(
  type: ScaleType,
  from: number,
  to: number,
  kind: AxisKind = 'number',
): Scale {
  if (type === 'log' && from > 0) {
    const low = Math.log(from)
    const size = Math.log(to) - low || 1
    return {
      type,
      from,
      to,
      place: (value) => (value > 0 ? (Math.log(value) - low) / size : NaN),
      value: (place) => Math.exp(low + place * size),
      ticks: (count) => logTicks(from, to, count),
    }
  }
  const size = to - from || 1
  const ticks = kind === 'number' ? linearTicks : durationTicks
  return {
    type: 'linear',
    from,
    to,
    place: (value) => (value - from) / size,
    value: (place) => from + place * size,
    ticks: (count) => ticks(from, to, count),
  }
}

/** [from, to] made a little larger, so that a line does not run along the edge; never of no size. */
export function padded(from: number, to: number, type: ScaleType): [number, number] {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return type === 'log' ? [0.1, 1] : [0, 1]
  if (type === 'log') {
    if (from === to) return [from / 2, to * 2]
    const part = (to / from) ** 0.04
    return [from / part, to * part]
  }
  if (from === to) {
    const part = Math.abs(from) * 0.1 || 1
    return [from - part, to + part]
  }
  const part = (to - from) * 0.04
  // A loss or a share does not look better below zero.
  return [from >= 0 && from - part < 0 ? 0 : from - part, to + part]
}
