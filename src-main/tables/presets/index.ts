import { tableRecipe, type TableRecipe } from '../../../src-shared/tables/recipe.ts'
import type { Store } from '../../store/open.ts'
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
  const { suites, metric = usualMetric(store, preset, suites) } = options
  return tableRecipe.parse({
    ...preset.recipe(metric),
    runs: suites ? { suites } : { preset: preset.id },
  })
}

function usualMetric(store: Store, { id }: TablePreset, suites: string[] | undefined): string {
  const chosen = suites
    ? suites.map((reference) => store.suites.find(reference))
    : store.suites.list().filter(({ preset }) => preset === id)
  const logged = store.db
    .prepare<[number, string], number>(
      `SELECT EXISTS (SELECT 1 FROM cells c JOIN series s ON s.run = c.run
       WHERE c.suite = ? AND s.name = ?)`,
    )
    .pluck()
  const has = (metric: string) => chosen.some(({ key }) => logged.get(key, metric) === 1)
  return has('dev/accuracy') && !has('test/accuracy') ? 'dev/accuracy' : 'test/accuracy'
}
