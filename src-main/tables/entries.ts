import { sql } from 'kysely'
import { flatten } from '../../src-shared/config/flatten.ts'
import type { RunFilter } from '../../src-shared/contract/run-query.ts'
import { settingsOf, type RunRecord } from '../../src-shared/run-record.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'
import { UserError } from '../../src-shared/errors.ts'
import { dataLabel } from '../results/summarize.ts'
import type { Store } from '../store/open.ts'
import { allRows } from '../store/query/compile.ts'
import { filterSql } from '../store/query/filter-sql.ts'
import type { StoredCell, StoredSuite } from '../store/suites.ts'

/** What can stand in a table: a run, or a suite's cell that has none yet. */
export interface TableEntry {
  run: RunRecord | null
  /** Values by field: `model`, `factor.system`. Settings are read when they are asked for. */
  valueOf(field: string): string | undefined
  /** Its factors and settings, as fields. */
  ownFields(): string[]
  /** Why a cell has no run. */
  reason: string | null
}

/** A table of more would be no table, and its runs would take seconds to read. */
const mostRuns = 5000

/**
 * The runs that a recipe's `runs` names, in the order of training. Of suites it is their cells, in their
 * order: a run that fills cells of several suites has the levels of the one that is asked for.
 */
export function collectEntries(store: Store, chosen: TableRecipe['runs']): TableEntry[] {
  const suites = suitesOf(store, chosen)
  const keys = matchingRuns(store, chosen)
  if (!suites) {
    if (keys.length > mostRuns) throw tooMany(keys.length)
    return keys.map((id) => {
      const run = store.runs.get(id)
      const cell = store.suites.cellsOfRun(id).at(-1)
      return entryOf(store, run, cell, null)
    })
  }
  const matching = new Set(keys)
  const filtered = chosen.tags ?? chosen.ids ?? chosen.filter ?? chosen.recipe
  return suites.flatMap((suite) => {
    const entries = store.suites.cells(suite.key).flatMap((cell) => {
      if (cell.runId !== null) {
        if (!matching.has(cell.runId)) return []
        return [entryOf(store, store.runs.get(cell.runId), cell, suite)]
      }
      return filtered ? [] : [entryOf(store, null, cell, suite)]
    })
    return entries.map((entry) => (entry.run ? entry : withShared(entry, entries)))
  })
}

/** A cell that cannot be trained has no settings: it stands where the others of its suite all are. */
function withShared(entry: TableEntry, others: readonly TableEntry[]): TableEntry {
  return {
    ...entry,
    valueOf(field) {
      const own = entry.valueOf(field)
      if (own !== undefined || field.startsWith('factor.')) return own
      const values = new Set(others.flatMap((other) => other.valueOf(field) ?? []))
      const [only] = values
      return values.size === 1 ? only : undefined
    },
  }
}

function suitesOf(
  store: Store,
  { suites, preset }: TableRecipe['runs'],
): StoredSuite[] | undefined {
  if (suites) return suites.map((reference) => store.suites.find(reference))
  if (preset === undefined) return undefined
  const newest = new Map<string, StoredSuite>()
  for (const suite of store.suites.list()) {
    if (suite.preset === preset && !newest.has(suite.recipe)) newest.set(suite.recipe, suite)
  }
  return [...newest.values()].reverse()
}

/** Ids of the runs that pass every condition, whatever their status. */
function matchingRuns({ db }: Store, { recipe, tags, ids, filter }: TableRecipe['runs']): string[] {
  const conditions: RunFilter[] = [
    ...(tags ?? []).map((tag): RunFilter => ({ op: 'tag', tag })),
    ...(ids ? [{ op: 'ids', of: ids } as const] : []),
    ...(filter ? [filter] : []),
  ]
  if (recipe !== undefined) {
    const column = { kind: 'field', field: 'recipe' } as const
    conditions.push({ op: 'test', column, test: 'eq', value: recipe })
  }
  const rows = allRows<{ id: string }>(
    db,
    sql`SELECT r.id FROM runs r WHERE r.deleted_at IS NULL AND r.archived_at IS NULL
      AND (${filterSql({ op: 'and', of: conditions })}) ORDER BY r.key`,
  )
  return rows.map(({ id }) => id)
}

function entryOf(
  store: Store,
  run: RunRecord | null,
  cell: StoredCell | undefined,
  suite: StoredSuite | null,
): TableEntry {
  const config = run ? run.config : (cell?.config ?? null)
  const tree = run ? settingsOf(run) : cell?.config
  let settings: Map<string, unknown> | undefined
  const setting = (key: string) => {
    settings ??= new Map(tree ? flatten(tree) : [])
    const value = settings.get(key)
    return value === undefined || value === null ? undefined : textOf(value)
  }
  const plain: Record<string, () => string | null | undefined> = {
    cell: () => cell?.name ?? run?.name,
    name: () => run?.name ?? cell?.name,
    model: () => config?.model.type,
    data: () => config && dataLabel(config),
    recipe: () => suite?.recipe ?? run?.recipe,
    suite: () => suite?.id ?? run?.suiteId,
    teacher: () => teacherName(store, run) ?? cell?.teacher,
    seed: () => String(run?.seed ?? cell?.seed),
    backend: () => run?.backend,
    device: () => run?.device,
    host: () => run?.provenance.host,
    tags: () => run && (tagsOf(store, run).join(', ') || undefined),
  }
  return {
    run,
    reason: run ? null : (cell?.reason ?? null),
    ownFields: () => [
      ...Object.keys(cell?.levels ?? {}).map((factor) => `factor.${factor}`),
      ...(tree ? [...flatten(tree)].map(([key]) => `config.${key}`) : []),
    ],
    valueOf(field) {
      if (field.startsWith('config.')) return setting(field.slice('config.'.length))
      if (field.startsWith('factor.')) return cell?.levels[field.slice('factor.'.length)]
      return plain[field]?.() ?? undefined
    },
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const teacherName = (store: Store, run: RunRecord | null): string | undefined =>
  run?.teacherId ? store.runs.get(run.teacherId).name : undefined

function tagsOf({ db }: Store, run: RunRecord): string[] {
  return db
    .prepare<[number], string>('SELECT tag FROM run_tags WHERE run = ? ORDER BY tag')
    .pluck()
    .all(run.key)
}

/** Settings in which runs differ, besides the seed and what is only logged; `teacher` for other teachers. */
export function differingSettings(runs: readonly RunRecord[]): string[] {
  const [first] = runs
  if (!first || runs.every(({ groupHash }) => groupHash === first.groupHash)) return []
  const distinct = [...new Map(runs.map((run) => [run.groupHash, run])).values()]
  const leaves = distinct.map((run) => leavesOf(settingsOf(run)))
  const keys = new Set(leaves.flatMap((of) => [...of.keys()]))
  const different = [...keys].filter((key) => new Set(leaves.map((of) => of.get(key))).size > 1)
  if (different.length > 0) return different
  const isLoggedOnly =
    new Set(distinct.map(({ config }) => JSON.stringify(config?.logging))).size > 1
  return isLoggedOnly ? [] : ['teacher']
}

function leavesOf(config: object): Map<string, string> {
  return new Map(
    [...flatten(config)]
      .filter(([key]) => key !== 'training.seed' && !key.startsWith('logging.'))
      .map(([key, value]) => [key, JSON.stringify(value)]),
  )
}

const tooMany = (n: number): UserError =>
  new UserError(`the table would be made of ${n} runs`, {
    where: 'runs',
    fix: `Choose at most ${mostRuns}, by suite, recipe, tags or a filter.`,
  })
