import Database from 'better-sqlite3'
import { UserError } from '../../src-shared/errors.ts'
import type { TrainerBatch } from '../../src-shared/protocol.ts'
import { createRunDetails, type RunDetails } from './details.ts'
import { createEfficiencyTable, type EfficiencyTable } from './efficiency.ts'
import { createJobsTable, type JobsTable } from './jobs.ts'
import { migrate, readMigrations } from './migrate.ts'
import { removeAbandonedImports } from './pending-imports.ts'
import { createRollups } from './rollups.ts'
import { createRunsTable, type RunsTable } from './runs.ts'
import { createSeriesReader, type SeriesReader } from './series.ts'
import { createSuitesTable, type SuitesTable } from './suites.ts'
import { createTablesTable, type TablesTable } from './tables.ts'
import { createTruncate, type Removed } from './truncate.ts'
import { createBatchWriter } from './writer.ts'

/** The database, and everything that is read from it and written to it. One process a run writes. */
export interface Store {
  readonly db: Database.Database
  readonly path: string
  /** Where the file was copied before its schema was upgraded, if it was. */
  readonly backup: string | undefined
  readonly runs: RunsTable
  readonly suites: SuitesTable
  readonly tables: TablesTable
  readonly jobs: JobsTable
  readonly efficiency: EfficiencyTable
  readonly series: SeriesReader
  readonly details: RunDetails
  /** See BatchWriter.write. */
  writeBatch(batch: TrainerBatch): number
  /** See createTruncate. */
  truncate(run: number, checkpoint: { step: number; seq: number } | undefined): Removed
  close(): void
}

/**
 * Opens the SQLite file, makes it or brings it to the newest schema, and marks runs whose process has
 * gone as crashed. Throws UserError for a file that cannot be used.
 *
 * WAL with synchronous=NORMAL: a killed process loses nothing that was acknowledged; a power cut may
 * take the last transactions, never the file.
 */
export function openStore(path: string): Store {
  const { db, backup } = openDatabase(path)
  const rollups = createRollups(db)
  const store: Store = {
    db,
    path,
    backup,
    runs: createRunsTable(db),
    suites: createSuitesTable(db),
    tables: createTablesTable(db),
    jobs: createJobsTable(db),
    efficiency: createEfficiencyTable(db),
    series: createSeriesReader(db),
    details: createRunDetails(db),
    writeBatch: createBatchWriter(db, rollups).write,
    truncate: createTruncate(db, rollups),
    close() {
      db.pragma('optimize')
      db.close()
    },
  }
  removeAbandonedImports(db)
  db.transaction(settleOrphans).immediate(store)
  return store
}

function openDatabase(path: string): { db: Database.Database; backup: string | undefined } {
  let db: Database.Database | undefined
  try {
    db = new Database(path)
    db.pragma('busy_timeout = 10000')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    // 64 MiB of pages (SQLite's own default is 2): the table of 10,000 runs is read without system calls.
    db.pragma('cache_size = -65536')
    return { db, backup: migrate(db, readMigrations()) }
  } catch (error) {
    db?.close()
    throw explain(error, path)
  }
}

const fixes: Record<string, string> = {
  SQLITE_NOTADB: 'It is no SQLite file: move it away, or choose another --data-dir.',
  SQLITE_CORRUPT: 'Restore it from a .backup file beside it, or choose another --data-dir.',
  SQLITE_CANTOPEN: 'Make the folder and give yourself the right to write in it.',
  SQLITE_READONLY: 'Give yourself the right to write the file and its folder.',
  SQLITE_BUSY: 'Another program holds the file locked: close it.',
  SQLITE_FULL: 'The disk is full: free some space.',
}

function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const fix = Object.entries(fixes).find(([code]) => error.code.startsWith(code))?.[1]
  if (!fix) return error
  return new UserError(`the database cannot be opened: ${error.message}`, {
    where: path,
    fix,
    cause: error,
  })
}

/** A run is only as alive as the process that supervises it: ends those whose process has gone. */
export function settleOrphans({ jobs, runs }: Store): void {
  for (const { runId, state } of jobs.reapOrphans()) {
    const fix = `Go on from its last checkpoint: virtlab resume ${runId}`
    if (state === 'running') {
      const message = 'the Virtlab process that supervised this run went away'
      runs.setStatus(runId, 'crashed', { message, where: null, fix, stack: null })
    } else {
      const message = 'Virtlab ended before this run’s turn came'
      const start = `Start it: virtlab resume ${runId}`
      runs.setStatus(runId, 'stopped', { message, where: null, fix: start, stack: null })
    }
  }
}
