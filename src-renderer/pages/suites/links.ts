import type { RunFilter } from '@shared/contract/run-query.ts'
import type { TableRecipe } from '@shared/tables/recipe.ts'

/** The runs table with these runs, a row each. */
export const toRuns = (ids: readonly string[]) => ({
  path: '/runs',
  query: { group: 'none', filter: JSON.stringify({ op: 'ids', of: [...ids] } satisfies RunFilter) },
})

export const toTable = (recipe: TableRecipe) => ({
  path: '/tables',
  query: { recipe: JSON.stringify(recipe) },
})

/** Lines a configuration over its seeds. @param ids the page shows the first hundred */
export const toCompare = (ids: readonly string[]) => ({
  path: '/compare',
  query: { lines: 'group', runs: ids.slice(0, 100).join(',') },
})
