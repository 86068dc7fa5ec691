import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { migrate, readMigrations } from '../store/migrate.ts'
import { processStarted } from '../store/process-identity.ts'

/** A database of its own in which an import or export is put together, and files beside it. */
export interface Staging {
  readonly folder: string
  readonly database: string
  /** Files of runs, by run id: folders in `folder`, to be moved to where the run's belong. */
  readonly files: Map<string, string>
  /** The database, opened; made with the newest schema where there is none. */
  open(): Database.Database
  /** Closes it and removes everything. */
  discard(): void
}

/**
 * @param root a data folder: what is staged there can be moved to where it belongs
 */
export function createStaging(root: string): Staging {
  removeAbandonedStaging(root)
  const folder = mkdtempSync(join(root, `staging-${process.pid}-`))
  const database = join(folder, 'virtlab.db')
  let db: Database.Database | undefined
  return {
    folder,
    database,
    files: new Map(),
    open() {
      if (db) return db
      db = new Database(database)
      // It is thrown away when anything goes wrong: no journal is needed.
      db.pragma('journal_mode = OFF')
      db.pragma('synchronous = OFF')
      db.pragma('foreign_keys = ON')
      // Whoever made the file: nothing in its schema is run with rights of ours.
      db.pragma('trusted_schema = OFF')
      migrate(db, readMigrations())
      return db
    },
    discard() {
      db?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What a process left that was killed. */
export function removeAbandonedStaging(root: string): void {
  for (const name of readdirSync(root)) {
    const [, pid] = /^staging-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && processStarted(Number(pid)) === undefined) {
      rmSync(join(root, name), { recursive: true, force: true })
    }
  }
}
