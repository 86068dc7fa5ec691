import type { BucketColumns, GroupColumns, XAxis } from '../../../src-shared/contract/series.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { createAxisReaders, type AxisOfRun } from './x-axis.ts'
import { combineRuns, type RunBuckets } from './combine-runs.ts'
import { coarsen, segmentsOf, type Segment } from './grid.ts'
import { createBucketReader } from './read-buckets.ts'

interface SeriesRow {
  runKey: number
  run: string
  key: string
  series: number
  n: number
  nonfinite: number
  lastStep: number
}

interface View {
  keys: string[]
  pixels: number
  x: XAxis
  range: { from?: number | undefined; to?: number | undefined }
  spacing: 'linear' | 'log'
}

export function seriesHandlers({
  core,
}: ApiContext): Handlers<'series.names' | 'series.buckets' | 'series.group' | 'series.points'> {
  const { db, runs, series } = core.store
  const read = createBucketReader(db)
  const axes = createAxisReaders(db)
  // In the order of runs, then keys, as they were asked for.
  const find = db.prepare<{ runs: string; keys: string }, SeriesRow>(`
    SELECT r.key AS runKey, r.id AS run, s.name AS key, s.key AS series,
      s.n + s.nonfinite AS n, s.nonfinite, s.last_step AS lastStep
    FROM json_each(:runs) wanted JOIN runs r ON r.id = wanted.value
      CROSS JOIN json_each(:keys) k JOIN series s ON s.run = r.key AND s.name = k.value
    WHERE s.last_step IS NOT NULL ORDER BY wanted.key, k.key`)
  const names = db.prepare<[string], { key: string; runs: number }>(`
    SELECT s.name AS key, count(*) AS runs
    FROM json_each(?) wanted JOIN runs r ON r.id = wanted.value JOIN series s ON s.run = r.key
    WHERE s.last_step IS NOT NULL GROUP BY s.name ORDER BY s.name`)

  interface Found extends SeriesRow {
    axis: AxisOfRun
    from: number
    to: number
  }

  /** The series with their ranges of steps. By step all have the same, so that their buckets match. */
  function locate(ids: string[], { keys, x, range }: View): Found[] {
    const rows = find.all({ runs: JSON.stringify(ids), keys: JSON.stringify(keys) })
    const axisOf = new Map<number, AxisOfRun | undefined>()
    const longest = rows.reduce((most, { lastStep }) => Math.max(most, lastStep), 0)
    return rows.flatMap((row) => {
      if (!axisOf.has(row.runKey)) axisOf.set(row.runKey, axes[x](row.runKey))
      const axis = axisOf.get(row.runKey)
      if (!axis) return []
      const end = x === 'step' ? longest : row.lastStep
      const from = range.from === undefined ? 0 : Math.max(0, axis.toStep(range.from, row.series))
      const to =
        range.to === undefined ? end : Math.min(end, lastStepUpTo(axis, range.to, row.series, x))
      return [{ ...row, axis, from, to }]
    })
  }

  return {
    'series.names': (input) => ({ names: names.all(JSON.stringify(input.runs)) }),

    'series.buckets'({ runs: ids, ...view }) {
      const found = locate(ids, view)
      return {
        series: found.map((row): BucketColumns => {
          const fine = segmentsOf(row.from, row.to, view.pixels, view.spacing)
          const segments = coarsen(fine, found.length)
          const buckets = read(row.series, segments, row.n <= view.pixels)
          const { step, mean, min, max, exact } = buckets
          const x = view.x === 'step' ? step : axisColumn(row.axis, buckets)
          return {
            run: row.run,
            key: row.key,
            x,
            step,
            mean,
            min,
            max,
            exact,
            nonfinite: row.nonfinite,
          }
        }),
      }
    },

    'series.group'({ groups, ...view }) {
      return {
        series: groups.flatMap(({ group, runs: ids }) => {
          const byKey = Map.groupBy(locate(ids, view), ({ key }) => key)
          return [...byKey].map(([key, found]): GroupColumns => {
            // One grid for all of the group: only buckets over the same steps can be averaged.
            const from = Math.min(...found.map((row) => row.from))
            const to = Math.max(...found.map((row) => row.to))
            const fine = segmentsOf(from, to, view.pixels, view.spacing)
            const segments = coarsen(fine, groups.length * found.length)
            const few = found.every(({ n }) => n <= view.pixels)
            const parts = found.map((row): RunBuckets => {
              const buckets = read(row.series, clip(segments, row), few)
              return { ...buckets, x: axisColumn(row.axis, buckets) }
            })
            return { group, key, ...combineRuns(parts) }
          })
        }),
      }
    },

    'series.points'({ run: id, key, from, to, limit }) {
      const points = series.points(runs.get(id).key, key, { from, to })
      const cut = (column: Float64Array) => column.subarray(0, limit)
      return {
        step: cut(points.step),
        value: cut(points.value),
        time: cut(points.time),
        total: points.step.length,
      }
    },
  }
}

/** The last step whose x is not behind the range's end. */
function lastStepUpTo(axis: AxisOfRun, x: number, series: number, kind: XAxis): number {
  if (kind === 'step') return Math.floor(x)
  const next = axis.toStep(x, series)
  return kind === 'epoch' && axis.toX(next, 0) > x + 1e-9 ? next - 1 : next
}

function axisColumn(axis: AxisOfRun, { step, time }: { step: Float64Array; time: Float64Array }) {
  return step.map((at, i) => axis.toX(at, time[i] ?? NaN))
}

const clip = (segments: Segment[], { from, to }: { from: number; to: number }): Segment[] =>
  segments.flatMap((segment) => {
    const [first, last] = [Math.max(segment.from, from), Math.min(segment.to, to)]
    return first <= last ? [{ ...segment, from: first, to: last }] : []
  })
