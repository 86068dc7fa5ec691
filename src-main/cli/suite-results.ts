import type { Store } from '../store/open.ts'
import type { StoredSuite } from '../store/suites.ts'
import { evaluateTable } from '../tables/evaluate.ts'
import { suiteTable } from '../tables/presets/index.ts'
import { createTestRunner } from '../tables/run-test.ts'
import { formatResults } from './result-table.ts'

/**
 * A suite's results over its factors, with tests and marks, and how to have them as a file. Undefined for a suite
 * without factors, and before anything of it is done.
 */
export async function formatSuiteResults(
  store: Store,
  suite: StoredSuite,
): Promise<string | undefined> {
  const recipe = suiteTable(store, suite)
  if (!recipe) return undefined
  const table = await evaluateTable(store, recipe, createTestRunner(store))
  if (table.runs === 0) return undefined
  const text = formatResults(table, recipe, process.stdout.isTTY === true).trimEnd()
  const { preset, id } = suite
  if (preset === null) return text
  return `${text}\n\nAs LaTeX: virtlab table ${preset} --suite ${id} --format latex --out ${preset}.tex`
}
