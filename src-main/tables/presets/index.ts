import { tableRecipe, type TableRecipe } from '../../../src-shared/tables/recipe.ts'
import type { Store } from '../../store/open.ts'
import type { StoredSuite } from '../../store/suites.ts'
import { ablation } from './ablation.ts'
import { alphaSweep } from './alpha.ts'
import { generality } from './generality.ts'
import { layers } from './layers.ts'
import { mainResults } from './main-results.ts'
import type { TablePreset } from './preset.ts'

/** The tables of the paper, one file each. */
export const tablePresets: readonly TablePreset[] = [
  mainResults,
  ablation,
  generality,
  layers,
  alphaSweep,
]

/**
 * A preset's table: of one suite, or of the newest suites that the preset has made. Compares what the suites'
 * runs have: test/accuracy, or else dev/accuracy, unless a metric is named.
 */
export function presetTable(
  store: Store,
  preset: TablePreset,
  options: { suites?: string[] | undefined; metric?: string | undefined } = {},
): TableRecipe {
  const { suites } = options
  const chosen = suites
    ? suites.map((reference) => store.suites.find(reference))
    : store.suites.list().filter((suite) => suite.preset === preset.id)
  const { metric = usualMetric(store, chosen) } = options
  return tableRecipe.parse({
    ...preset.recipe(metric),
    runs: suites ? { suites } : { preset: preset.id },
  })
}

/**
 * The table of one suite: its preset's, or its factors as rows and, where every combination is there, the last
 * one as columns; a random sweep's would be a diagonal. Undefined for a suite without factors.
 */
export function suiteTable(store: Store, suite: StoredSuite): TableRecipe | undefined {
  const preset = tablePresets.find(({ id }) => id === suite.preset)
  if (preset) return presetTable(store, preset, { suites: [suite.id] })
  const cells = new Map(store.suites.cells(suite.key).map(({ name, levels }) => [name, levels]))
  const all = [...cells.values()].filter((levels) => Object.keys(levels).length > 0)
  const combinations = (factors: readonly string[]) =>
    new Set(all.map((levels) => JSON.stringify(factors.map((factor) => levels[factor] ?? null))))
      .size
  const named = [...new Set(all.flatMap((levels) => Object.keys(levels)))]
  const varied = named.filter((factor) => combinations([factor]) > 1)
  const factors = varied.length > 0 ? varied : named
  if (factors.length === 0) return undefined
  const [before, last] = [factors.slice(0, -1), factors.slice(-1)]
  const isGrid =
    before.length > 0 && combinations(before) * combinations(last) === combinations(factors)
  const asFields = (names: readonly string[]) => names.map((factor) => `factor.${factor}`)
  /** Over a column stands its level alone, which of a swept setting would be a mere number. */
  const asColumns = (names: readonly string[]) =>
    names.map((factor) => ({
      field: `factor.${factor}`,
      labels: Object.fromEntries(
        factor.includes('.')
          ? all.flatMap(({ [factor]: level }) => (level ? [[level, `${factor} = ${level}`]] : []))
          : [],
      ),
    }))
  return tableRecipe.parse({
    name: suite.recipe,
    runs: { suites: [suite.id] },
    rows: asFields(isGrid ? before : factors),
    columns: asColumns(isGrid ? last : []),
    values: [usualMetric(store, [suite])],
  })
}

function usualMetric(store: Store, suites: readonly StoredSuite[]): string {
  const logged = store.db
    .prepare<[number, string], number>(
      `SELECT EXISTS (SELECT 1 FROM cells c JOIN series s ON s.run = c.run
       WHERE c.suite = ? AND s.name = ?)`,
    )
    .pluck()
  const has = (metric: string) => suites.some(({ key }) => logged.get(key, metric) === 1)
  return has('dev/accuracy') && !has('test/accuracy') ? 'dev/accuracy' : 'test/accuracy'
}
