import type { Database } from 'better-sqlite3'
import { bucketSteps, rollupLevels } from './rollups.ts'

export interface StepRange {
  from?: number | undefined
  /** Included. */
  to?: number | undefined
}

/** Points in step order, as columns; NaN where the run logged NaN. */
export interface SeriesPoints {
  step: Float64Array
  value: Float64Array
  /** Unix ms. */
  time: Float64Array
}

/** What a chart draws for the steps `from` to `to` (both included): spikes survive in min and max. */
export interface SeriesBucket {
  from: number
  to: number
  /** Finite points; min, max, sum and sumsq are over these, null where there are none. */
  n: number
  nonfinite: number
  min: number | null
  max: number | null
  sum: number | null
  sumsq: number | null
}

export interface SeriesSummary {
  name: string
  /** Points in all, and how many of them are NaN or infinite. */
  n: number
  nonfinite: number
  last: { step: number; value: number }
  /** Over the finite points, each at the first step it was reached; null where there are none. */
  min: { step: number; value: number } | null
  max: { step: number; value: number } | null
  mean: number | null
}

export interface SeriesReader {
  names(run: number): string[]
  /** Exact points. Empty for a series that the run does not have. */
  points(run: number, name: string, range?: StepRange): SeriesPoints
  /** At most `pixels` (≥ 2) buckets over the range, from the rollups; the points themselves where they fit. */
  buckets(run: number, name: string, pixels: number, range?: StepRange): SeriesBucket[]
  valueAt(run: number, name: string, step: number): number | undefined
  last(run: number, name: string): { step: number; value: number } | undefined
  /**
   * Harmonic mean over the positive points: of speeds, all steps by all time. (Their plain mean would count
   * a fast second as more than a slow one.)
   */
  meanRate(run: number, name: string): number | undefined
  summaries(run: number): SeriesSummary[]
}

interface PointRow {
  step: number
  value: number | null
  time: number
}

export function createSeriesReader(db: Database): SeriesReader {
  const namesOf = db
    .prepare<[number], string>('SELECT name FROM series WHERE run = ? ORDER BY name')
    .pluck()
  const keyOf = db
    .prepare<[number, string], number>('SELECT key FROM series WHERE run = ? AND name = ?')
    .pluck()
  const pointRows = db.prepare<[number, number, number], PointRow>(
    'SELECT step, value, time FROM points WHERE series = ? AND step BETWEEN ? AND ? ORDER BY step',
  )
  const extent = db.prepare<[number, number], { first: number | null; last: number | null }>(
    'SELECT (SELECT min(step) FROM points WHERE series = ?) AS first, (SELECT max(step) FROM points WHERE series = ?) AS last',
  )
  const count = db
    .prepare<[number, number, number], number>(
      'SELECT count(*) FROM points WHERE series = ? AND step BETWEEN ? AND ?',
    )
    .pluck()
  const rollupRows = db.prepare<
    [number, number, number, number],
    Omit<SeriesBucket, 'from' | 'to'> & { bucket: number }
  >(
    `SELECT bucket, n, nonfinite, min, max, sum, sumsq FROM rollups
     WHERE series = ? AND level = ? AND bucket BETWEEN ? AND ? ORDER BY bucket`,
  )
  const at = db
    .prepare<[number, number], number | null>(
      'SELECT value FROM points WHERE series = ? AND step = ?',
    )
    .pluck()
  const lastPoint = db.prepare<[number], PointRow>(
    'SELECT step, value, time FROM points WHERE series = ? ORDER BY step DESC LIMIT 1',
  )
  const top = rollupLevels.at(-1)
  const totals = db.prepare<
    [number],
    { n: number | null; nonfinite: number | null; min: number | null; max: number | null } & {
      sum: number | null
    }
  >(
    `SELECT sum(n) AS n, sum(nonfinite) AS nonfinite, min(min) AS min, max(max) AS max, sum(sum) AS sum
     FROM rollups WHERE series = ? AND level = ${top}`,
  )
  const firstStepOf = db
    .prepare<[number, number], number>(
      'SELECT min(step) FROM points WHERE series = ? AND value = ?',
    )
    .pluck()

  const harmonic = db
    .prepare<[number], number | null>(
      'SELECT count(*) / sum(1.0 / value) FROM points WHERE series = ? AND value > 0',
    )
    .pluck()

  const rangeOf = (series: number, { from, to }: StepRange): [number, number] => {
    const { first, last } = extent.get(series, series) ?? { first: null, last: null }
    return [Math.max(from ?? 0, first ?? 0), Math.min(to ?? Infinity, last ?? -1)]
  }

  return {
    names: (run) => namesOf.all(run),
    points(run, name, range = {}) {
      const series = keyOf.get(run, name)
      const rows = series === undefined ? [] : pointRows.all(series, ...rangeOf(series, range))
      return {
        step: Float64Array.from(rows, (row) => row.step),
        value: Float64Array.from(rows, (row) => row.value ?? NaN),
        time: Float64Array.from(rows, (row) => row.time),
      }
    },
    buckets(run, name, pixels, range = {}) {
      const series = keyOf.get(run, name)
      if (series === undefined) return []
      const [from, to] = rangeOf(series, range)
      if (to < from) return []
      // One pixel fewer: buckets begin at round steps, so the range may touch one more.
      const pixelSteps = Math.ceil((to - from + 1) / (Math.max(2, pixels) - 1))
      if (pixelSteps === 1 || (count.get(series, from, to) ?? 0) <= pixels) {
        return pointRows.all(series, from, to).map(bucketOfPoint)
      }
      const level = Math.floor(Math.log10(pixelSteps) + 1e-9)
      if (level === 0) {
        return merge(pointRows.all(series, from, to).map(bucketOfPoint), from, pixelSteps)
      }
      const usable = Math.min(level, rollupLevels.length)
      const size = bucketSteps(usable)
      const rows = rollupRows.all(series, usable, Math.floor(from / size), Math.floor(to / size))
      const buckets = rows.map(({ bucket, ...rest }) => ({
        from: bucket * size,
        to: (bucket + 1) * size - 1,
        ...rest,
      }))
      // Whole buckets only, so that none of them is split between two pixels.
      const merged = Math.ceil(pixelSteps / size) * size
      return merge(buckets, Math.floor(from / merged) * merged, merged)
    },
    valueAt(run, name, step) {
      const series = keyOf.get(run, name)
      if (series === undefined) return undefined
      const value = at.get(series, step)
      return value === undefined ? undefined : (value ?? NaN)
    },
    last(run, name) {
      const series = keyOf.get(run, name)
      const row = series === undefined ? undefined : lastPoint.get(series)
      return row && { step: row.step, value: row.value ?? NaN }
    },
    meanRate(run, name) {
      const series = keyOf.get(run, name)
      return series === undefined ? undefined : (harmonic.get(series) ?? undefined)
    },
    summaries(run) {
      return namesOf.all(run).flatMap((name) => {
        const series = keyOf.get(run, name) ?? -1
        const last = lastPoint.get(series)
        const total = totals.get(series)
        // A resumed run can have a series without a point left.
        if (!last || !total) return []
        const extreme = (value: number | null) =>
          value === null ? null : { step: firstStepOf.get(series, value) ?? 0, value }
        const n = total.n ?? 0
        const nonfinite = total.nonfinite ?? 0
        return {
          name,
          n: n + nonfinite,
          nonfinite,
          last: { step: last.step, value: last.value ?? NaN },
          min: extreme(total.min),
          max: extreme(total.max),
          mean: n === 0 || total.sum === null ? null : total.sum / n,
        }
      })
    },
  }
}

function bucketOfPoint({ step, value }: PointRow): SeriesBucket {
  const finite = value !== null && Number.isFinite(value)
  return {
    from: step,
    to: step,
    n: finite ? 1 : 0,
    nonfinite: finite ? 0 : 1,
    min: finite ? value : null,
    max: finite ? value : null,
    sum: finite ? value : null,
    sumsq: finite ? value * value : null,
  }
}

/** Buckets in step order gathered into pixels of `pixelSteps` steps from `origin` on; empty pixels are left out. */
function merge(buckets: SeriesBucket[], origin: number, pixelSteps: number): SeriesBucket[] {
  const pixels: SeriesBucket[] = []
  let current = -1
  for (const bucket of buckets) {
    const pixel = Math.floor((bucket.from - origin) / pixelSteps)
    const last = pixels.at(-1)
    if (!last || pixel !== current) {
      pixels.push({ ...bucket })
      current = pixel
      continue
    }
    last.to = bucket.to
    last.n += bucket.n
    last.nonfinite += bucket.nonfinite
    last.min = combine(last.min, bucket.min, Math.min)
    last.max = combine(last.max, bucket.max, Math.max)
    last.sum = combine(last.sum, bucket.sum, (a, b) => a + b)
    last.sumsq = combine(last.sumsq, bucket.sumsq, (a, b) => a + b)
  }
  return pixels
}

function combine(a: number | null, b: number | null, by: (a: number, b: number) => number) {
  if (a === null) return b
  if (b === null) return a
  return by(a, b)
}
