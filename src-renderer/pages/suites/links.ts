import type { RunFilter } from '@shared/contract/run-query.ts'
import { levelId, usualColumns } from '~/pages/runs/column-id.ts'
import type { TableRecipe } from '@shared/tables/recipe.ts'

/** The runs table with these runs, a row each. */
export const toRuns = (ids: readonly string[]) => ({
  path: '/runs',
  query: { group: 'none', filter: JSON.stringify({ op: 'ids', of: [...ids] } satisfies RunFilter) },
})

/** A suite's runs, a row each combination of its factors' levels, over the seeds. */
export function toSuiteRuns(id: string, factors: readonly string[]) {
  const filter: RunFilter = {
    op: 'test',
    column: { kind: 'field', field: 'suite' },
    test: 'eq',
    value: id,
  }
  const levels = factors.map(levelId)
  const query = { filter: JSON.stringify(filter) }
  if (levels.length === 0) return { path: '/runs', query }
  const [name = '', ...others] = usualColumns
  return {
    path: '/runs',
    query: {
      ...query,
      group: levels.join(','),
      columns: [name, ...levels, ...others].join(','),
    },
  }
}

export const toTable = (recipe: TableRecipe) => ({
  path: '/tables',
  query: { recipe: JSON.stringify(recipe) },
})

/** Lines a configuration over its seeds. @param ids the page shows the first hundred */
export const toCompare = (ids: readonly string[]) => ({
  path: '/compare',
  query: { lines: 'group', runs: ids.slice(0, 100).join(',') },
})
