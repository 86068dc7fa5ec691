import type { Database } from 'better-sqlite3'
import type { ImportedRun } from '../../../src-shared/contract/import.ts'
import { compareRuns } from './compare-runs.ts'
import { runTables } from './run-tables.ts'

/** What taking over these runs would come to; nothing is changed. Runs in the order of their making. */
export function planMerge(from: Database, to: Database): ImportedRun[] {
  const tables = runTables(from)
  const here = to.prepare<[string], { key: number; deleted: number; pending: string | null }>(
    'SELECT key, deleted_at IS NOT NULL AS deleted, pending_import AS pending FROM runs WHERE id = ?',
  )
  const size = from.prepare<[number], { series: number; points: number }>(
    'SELECT count(*) AS series, coalesce(sum(n + nonfinite), 0) AS points FROM series WHERE run = ?',
  )
  return from
    .prepare<[], { key: number; id: string; name: string }>(
      'SELECT key, id, name FROM runs ORDER BY key',
    )
    .all()
    .map(({ key, id, name }): ImportedRun => {
      const run = { id, name, ...(size.get(key) ?? { series: 0, points: 0 }), differs: [] }
      const known = here.get(id)
      if (!known) return { ...run, outcome: 'new' }
      // Another process is bringing it in at this moment.
      if (known.pending !== null) return { ...run, outcome: 'present' }
      const differs = compareRuns(tables, [
        { db: from, key },
        { db: to, key: known.key },
      ])
      if (differs.length > 0) return { ...run, outcome: 'different', differs }
      return { ...run, outcome: known.deleted ? 'deleted' : 'present' }
    })
}
