import { hostname } from 'node:os'
import type { Database } from 'better-sqlite3'
import { processStarted } from './process-identity.ts'

/** Marks the rows that this process is bringing in, until all of them are there. */
export const pendingMark = (): string =>
  JSON.stringify([hostname(), process.pid, processStarted(process.pid) ?? null])

/** Removes what an import had written whose process went away before it was done. */
export function removeAbandonedImports(db: Database): void {
  const marks = db
    .prepare<[], string>(
      'SELECT DISTINCT pending_import FROM runs WHERE pending_import IS NOT NULL',
    )
    .pluck()
    .all()
  const remove = db.prepare<[string]>('DELETE FROM runs WHERE pending_import = ?')
  for (const mark of marks) {
    const [host, pid, started] = JSON.parse(mark) as [string, number, string | null]
    if (host === hostname() && (processStarted(pid) ?? null) !== started) remove.run(mark)
  }
}
