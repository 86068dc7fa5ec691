import { metricKind, betterOf, usualReading } from '../../src-shared/metric-kind.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import type { SeedSummary } from '../../src-shared/statistics.ts'
import type { EvaluatedValue } from '../../src-shared/tables/evaluated.ts'
import type { TableRecipe, TableValue } from '../../src-shared/tables/recipe.ts'
import { meanInterval } from '../stats/mean-interval.ts'
import type { MeasuredRun } from '../stats/pair-systems.ts'
import type { Store } from '../store/open.ts'
import { differingSettings, type TableEntry } from './entries.ts'
import { keyOf, makeAxis, type Axis, type Levels } from './levels.ts'
import { readMetric } from './read-metric.ts'

/** Runs of one row and column, with one of the values. */
export interface GridCell {
  row: Levels
  column: Levels
  value: number
  /** Those that have the metric; the newest of every seed. */
  measured: MeasuredRun[]
  summary: SeedSummary | null
  others: Record<string, number>
  reason: string | null
}

export interface Grid {
  rows: Axis
  columns: Axis
  values: EvaluatedValue[]
  at: (row: Levels, column: Levels, value: number) => GridCell | undefined
  cells: GridCell[]
  runs: number
  pending: number
  /** Cells whose runs differ in these settings. */
  mixed: { cells: number; settings: string[] }
  repeatedSeeds: number
}

/** Sorts the entries into rows and columns, and reads the numbers. */
export function makeGrid(store: Store, recipe: TableRecipe, entries: readonly TableEntry[]): Grid {
  const rows = makeAxis([...recipe.group, ...recipe.rows], entries)
  const columns = makeAxis(
    recipe.columns,
    entries.filter((entry) => rows.of(entry)),
  )
  const placed = entries.flatMap((entry) => {
    const [row, column] = [rows.of(entry), columns.of(entry)]
    return row && column ? [{ entry, row, column }] : []
  })
  // A row whose entries all lack a column's factor has no cell.
  const rowsLeft = new Set(placed.map(({ row }) => keyOf(row)))
  rows.levels = rows.levels.filter((levels) => rowsLeft.has(keyOf(levels)))

  const values = recipe.values.map((value) => resolveValue(value, recipe))
  const counting = new Set(recipe.runs.statuses)
  const runKeys = placed.flatMap(({ entry: { run } }) => (run ? [run.key] : []))
  const numbers = values.map(({ metric, reading }) => readMetric(store, runKeys, metric, reading))
  const places = Map.groupBy(placed, ({ row, column }) => keyOf([...row, ...column]))
  const mixed = { cells: 0, settings: new Set<string>() }
  let repeatedSeeds = 0

  const cells = [...places.values()].flatMap((members) => {
    const [{ row, column }] = members as [(typeof members)[number]]
    const runs = members.flatMap(({ entry: { run } }) =>
      run && counting.has(run.status) ? [run] : [],
    )
    const settings = differingSettings(runs)
    if (settings.length > 0) mixed.cells++
    for (const key of settings) mixed.settings.add(key)
    const newest = newestOfSeeds(runs)
    if (newest.length < new Set(runs).size) repeatedSeeds++
    const others = countOthers(
      members.map(({ entry }) => entry),
      counting,
    )
    const reason = members.find(({ entry }) => entry.reason !== null)?.entry.reason ?? null
    return values.map((_, value): GridCell => {
      const measured = newest.flatMap((run) => {
        const number = numbers[value]?.get(run.key)
        return number === undefined ? [] : [{ run, value: number }]
      })
      const finite = measured.map((one) => one.value).filter(Number.isFinite)
      return {
        row,
        column,
        value,
        measured,
        summary: finite.length > 0 ? meanInterval(finite) : null,
        others,
        reason: measured.length > 0 ? null : reason,
      }
    })
  })
  const index = new Map(cells.map((cell) => [placeKey(cell.row, cell.column, cell.value), cell]))
  return {
    rows,
    columns,
    values,
    at: (row, column, value) => index.get(placeKey(row, column, value)),
    cells,
    runs: new Set(cells.flatMap(({ measured }) => measured.map(({ run }) => run.id))).size,
    pending: countPending(placed.map(({ entry }) => entry)),
    mixed: { cells: mixed.cells, settings: [...mixed.settings] },
    repeatedSeeds,
  }
}

const placeKey = (row: Levels, column: Levels, value: number): string =>
  keyOf([...row, ...column, String(value)])

function resolveValue(value: TableValue, { digits }: TableRecipe): EvaluatedValue {
  const { metric, ratioTo } = value
  const percent = value.percent ?? (metricKind(metric) === 'share' && !ratioTo)
  const reading = value.reading ?? usualReading(metric)
  return {
    metric,
    reading,
    title: value.title ?? (ratioTo ? `${metric} (×)` : percent ? `${metric} (%)` : metric),
    better: value.better ?? betterOf(metric),
    percent,
    digits: value.digits ?? (percent ? digits : digits + 2),
  }
}

/** Of one configuration and seed the newest run; the others were trained again. */
function newestOfSeeds(runs: readonly RunRecord[]): RunRecord[] {
  const sorted = [...runs].sort((a, b) => a.key - b.key)
  return [...new Map(sorted.map((run) => [`${run.groupHash} ${run.seed}`, run])).values()]
}

function countOthers(
  entries: readonly TableEntry[],
  counting: ReadonlySet<string>,
): Record<string, number> {
  const others: Record<string, number> = {}
  for (const { run, reason } of entries) {
    if (run && counting.has(run.status)) continue
    const status = run?.status ?? (reason === null ? 'not_started' : 'excepted')
    others[status] = (others[status] ?? 0) + 1
  }
  return others
}

/** Whose numbers are still to come. */
function countPending(entries: readonly TableEntry[]): number {
  return entries.filter(({ run, reason }) =>
    run ? run.status === 'queued' || run.status === 'running' : reason === null,
  ).length
}
