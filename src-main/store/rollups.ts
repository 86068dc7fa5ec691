import type { Database } from 'better-sqlite3'
import { createSummaries } from './summaries.ts'

/** Buckets of 10, 100, … 100,000 steps. */
export const rollupLevels = [1, 2, 3, 4, 5] as const

/** Steps in a bucket of this level; level 0 are the points themselves. */
export const bucketSteps = (level: number): number => 10 ** level

export interface Rollups {
  /** Brings every bucket over these steps, and the series' totals, in line with the points stored. */
  refresh(series: number, steps: Iterable<number>): void
  /** The same after the points with step > `step` were removed. */
  truncate(series: number, step: number): void
}

/**
 * Rollups are recomputed, not added to: a touched bucket is read again from the ten points (or the ten
 * buckets of the level below) it covers. So they equal a recount after any insert, replacement or
 * removal, and float sums do not drift.
 */
export function createRollups(db: Database): Rollups {
  // NULL (NaN) and ±Infinity fail the comparison.
  const finite = 'abs(value) <= 1.7976931348623157e308'
  const fromPoints = db.prepare<{ series: number; from: number; to: number }>(`
    INSERT OR REPLACE INTO rollups (series, level, bucket, n, nonfinite, min, max, sum, sumsq, time)
    SELECT series, 1, step / 10,
      count(*) FILTER (WHERE ${finite}), count(*) FILTER (WHERE (${finite}) IS NOT TRUE),
      min(value) FILTER (WHERE ${finite}), max(value) FILTER (WHERE ${finite}),
      sum(value) FILTER (WHERE ${finite}), sum(value * value) FILTER (WHERE ${finite}),
      min(time)
    FROM points
    WHERE series = :series AND step >= 10 * CAST(:from AS INTEGER) AND step < 10 * (CAST(:to AS INTEGER) + 1)
    GROUP BY step / 10`)
  const fromBelow = db.prepare<{ series: number; level: number; from: number; to: number }>(`
    INSERT OR REPLACE INTO rollups (series, level, bucket, n, nonfinite, min, max, sum, sumsq, time)
    SELECT series, level + 1, bucket / 10,
      sum(n), sum(nonfinite), min(min), max(max), sum(sum), sum(sumsq), min(time)
    FROM rollups
    WHERE series = :series AND level = CAST(:level AS INTEGER) - 1
      AND bucket >= 10 * CAST(:from AS INTEGER) AND bucket < 10 * (CAST(:to AS INTEGER) + 1)
    GROUP BY bucket / 10`)
  const cutOff = db.prepare<{ series: number; level: number; from: number }>(
    'DELETE FROM rollups WHERE series = :series AND level = :level AND bucket >= :from',
  )

  const summaries = createSummaries(db)

  const recompute = (series: number, level: number, from: number, to: number) => {
    if (level === 1) fromPoints.run({ series, from, to })
    else fromBelow.run({ series, level, from, to })
  }
  return {
    refresh(series, steps) {
      let touched: Iterable<number> = steps
      for (const level of rollupLevels) {
        const buckets = new Set<number>()
        for (const step of touched) buckets.add(Math.floor(step / 10))
        for (const [from, to] of ranges([...buckets])) recompute(series, level, from, to)
        touched = buckets
      }
      summaries.refreshSeries(series)
    },
    truncate(series, step) {
      for (const level of rollupLevels) {
        const bucket = Math.floor(step / bucketSteps(level))
        cutOff.run({ series, level, from: bucket })
        recompute(series, level, bucket, bucket)
      }
      summaries.refreshSeries(series)
    },
  }
}

/** [3, 1, 2, 7] → [[1, 3], [7, 7]]: neighbours are recomputed by one statement. */
function ranges(numbers: number[]): [number, number][] {
  const result: [number, number][] = []
  for (const n of numbers.sort((a, b) => a - b)) {
    const last = result.at(-1)
    if (last && last[1] === n - 1) last[1] = n
    else result.push([n, n])
  }
  return result
}
