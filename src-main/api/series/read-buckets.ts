import type { Database, Statement } from 'better-sqlite3'
import { levelOf, type Segment } from './grid.ts'

/** One series over a range. Element i of every column stands for one bucket that holds points. */
export interface Buckets {
  step: Float64Array
  /** Finite points; their mean, min and max are NaN where there are none. */
  n: Float64Array
  mean: Float64Array
  min: Float64Array
  max: Float64Array
  /** Unix ms of the bucket's first point. */
  time: Float64Array
  exact: boolean
}

type Row = [
  step: number,
  n: number,
  min: number | null,
  max: number | null,
  sum: number | null,
  time: number,
]

/**
 * Reads series as buckets from the rollups: never more rows than buckets times nine, however long the run.
 * Rows come as arrays, which better-sqlite3 makes several times faster than objects.
 */
export function createBucketReader(db: Database) {
  const raw = (sql: string): Statement<number[], Row> => db.prepare<number[], Row>(sql).raw()
  const fromRollups = raw(`
    SELECT bucket, n, min, max, sum, time FROM rollups
    WHERE series = ? AND level = ? AND bucket BETWEEN ? AND ? ORDER BY bucket`)
  // An infinite value is no number that could be drawn: n = 0, as for NaN.
  const fromPoints = raw(`
    SELECT step, abs(value) <= 1.7976931348623157e308, value, value, value, time FROM points
    WHERE series = ? AND step BETWEEN ? AND ? ORDER BY step`)

  /** @param few the series has no more points than there is room for: they are read themselves */
  return (series: number, segments: readonly Segment[], few: boolean): Buckets => {
    const parts = segments.map(({ from, to, size }) => {
      const level = few ? 0 : levelOf(size)
      if (level === 0) return gather(fromPoints.all(series, from, to), few ? 1 : size, 1)
      const unit = 10 ** level
      const rows = fromRollups.all(series, level, Math.floor(from / unit), Math.floor(to / unit))
      return gather(rows, size, unit)
    })
    const exact = few || segments.every(({ size }) => size === 1)
    const [only] = parts
    return only && parts.length === 1 ? { ...only, exact } : { ...concatenate(parts), exact }
  }
}

type Columns = Omit<Buckets, 'exact'>

const columnNames = ['step', 'n', 'mean', 'min', 'max', 'time'] as const

/** Rows of `unit` steps, in order, into buckets of `size` steps. */
function gather(rows: Row[], size: number, unit: number): Columns {
  const [step, n, mean, min, max, time] = columnNames.map(() => new Float64Array(rows.length))
  if (!step || !n || !mean || !min || !max || !time) throw new Error('unreachable')
  let to = -1
  let current = -1
  for (const [at, count, low, high, sum, when] of rows) {
    const bucket = Math.floor((at * unit) / size)
    if (bucket !== current) {
      current = bucket
      to++
      step[to] = size === 1 ? at : bucket * size
      time[to] = when
      min[to] = NaN
      max[to] = NaN
    }
    if (!count || low === null || high === null || sum === null) continue
    // Sums until the end; a mean of means would be wrong where counts differ.
    mean[to]! += sum
    if (n[to] === 0 || low < min[to]!) min[to] = low
    if (n[to] === 0 || high > max[to]!) max[to] = high
    n[to]! += count
  }
  const length = to + 1
  for (let i = 0; i < length; i++) mean[i] = n[i] === 0 ? NaN : mean[i]! / n[i]!
  const cut = (column: Float64Array) => (length === rows.length ? column : column.slice(0, length))
  return {
    step: cut(step),
    n: cut(n),
    mean: cut(mean),
    min: cut(min),
    max: cut(max),
    time: cut(time),
  }
}

function concatenate(parts: Columns[]): Columns {
  const length = parts.reduce((sum, part) => sum + part.step.length, 0)
  const joined = columnNames.map((name) => {
    const column = new Float64Array(length)
    let at = 0
    for (const part of parts) {
      column.set(part[name], at)
      at += part[name].length
    }
    return [name, column] as const
  })
  return Object.fromEntries(joined) as unknown as Columns // every name is there, by columnNames
}
