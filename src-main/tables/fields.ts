import type { AvailableField } from '../../src-shared/contract/tables.ts'
import { plainFields, tableField, type TableRecipe } from '../../src-shared/tables/recipe.ts'
import type { Store } from '../store/open.ts'
import { collectEntries } from './entries.ts'

const shownLevels = 60

export interface TableFields {
  fields: AvailableField[]
  metrics: { metric: string; runs: number }[]
  runs: number
}

/** Everything that can be a row, a column or a value of a table of these runs; factors first. */
export function tableFields(store: Store, chosen: TableRecipe['runs']): TableFields {
  const entries = collectEntries(store, chosen)
  const own = new Set(entries.flatMap((entry) => entry.ownFields()))
  const names = [...own].filter((field) => tableField.safeParse(field).success)
  const isFactor = (field: string) => field.startsWith('factor.')
  const all = [
    ...names.filter(isFactor),
    ...plainFields,
    ...names.filter((field) => !isFactor(field)).sort(),
  ]
  const fields = all.map((field): AvailableField => {
    const levels = [...new Set(entries.flatMap((entry) => entry.valueOf(field) ?? []))]
    const kind = isFactor(field) ? 'factor' : field.startsWith('config.') ? 'config' : 'run'
    return { field, kind, distinct: levels.length, levels: levels.slice(0, shownLevels) }
  })
  const keys = [...new Set(entries.flatMap(({ run }) => run?.key ?? []))]
  const metrics = store.db
    .prepare<[string], { metric: string; runs: number }>(
      `SELECT s.name AS metric, count(*) AS runs FROM json_each(?) wanted
       JOIN series s ON s.run = wanted.value GROUP BY s.name ORDER BY s.name`,
    )
    .all(JSON.stringify(keys))
  return { fields: fields.filter(({ distinct }) => distinct > 0), metrics, runs: keys.length }
}
