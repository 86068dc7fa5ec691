import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { ImportProgress, ImportSummary } from '../../src-shared/contract/import.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { ImportFormat } from '../../src-shared/run-record.ts'
import type { Store } from '../store/open.ts'
import { createLeftCounts, type Importer } from './importer.ts'
import { importers } from './importers.ts'
import { mergeRuns } from './merge/merge-runs.ts'
import { planMerge } from './merge/plan-merge.ts'
import { runTables } from './merge/run-tables.ts'
import { supplementRuns } from './merge/supplements.ts'
import { createStaging, type Staging } from './staging.ts'

export interface ImportTarget {
  store: Store
  /** The data folder. */
  root: string
  runDir: (id: string) => string
}

export interface ImportRequest {
  path: string
  format?: ImportFormat | undefined
  /** Nothing is written. */
  dryRun: boolean
}

/**
 * Brings in the runs that a file or folder holds: first into a database beside, from there, all or none, into
 * the store. Runs that are there already stay as they are.
 *
 * @throws UserError for a path that no importer knows, and for a file that is damaged or hostile
 */
export async function runImport(
  { store, root, runDir }: ImportTarget,
  { path, format, dryRun }: ImportRequest,
  progress: (at: Omit<ImportProgress, 'path'>) => void = () => undefined,
): Promise<ImportSummary> {
  const importer = chooseImporter(path, format)
  const staging = createStaging(root)
  const left = createLeftCounts()
  try {
    await importer.stage(path, {
      staging,
      left,
      target: store.path,
      progress: (done, total) => progress({ phase: 'reading', done, total }),
    })
    const staged = staging.open()
    progress({ phase: 'comparing', done: 0, total: 0 })
    const runs = planMerge(staged, store.db)
    const ids = runs.filter(({ outcome }) => outcome === 'new').map(({ id }) => id)
    // A run that is here may still lack its checkpoints' files.
    for (const { id, outcome } of runs) if (outcome === 'different') staging.files.delete(id)
    const files = missingFiles(staging, runDir)
    const present = runs.filter(({ outcome }) => outcome === 'present').map(({ id }) => id)
    const supplements = supplementRuns(staged, store.db, runTables(staged), present, false)
    const added = dryRun
      ? newSuites(staged, store.db)
      : await mergeRuns(staged, store.db, {
          runs: ids,
          present,
          origin: { format: importer.format, path },
          files: { folders: staging.files, runDir },
          check: (id) => void checkRun(store, id, path),
          progress: (done, total) => progress({ phase: 'writing', done, total }),
        })
    const taken = countTaken(staged, ids, supplements)
    return {
      format: importer.format,
      path,
      dryRun,
      runs,
      taken,
      left: left.list(),
      files,
      ...added,
    }
  } finally {
    staging.discard()
  }
}

function chooseImporter(path: string, format: ImportFormat | undefined): Importer {
  if (!existsSync(path)) throw new UserError('there is no such file or folder', { where: path })
  const chosen = importers.find((one) => (format ? one.format === format : one.detect(path)))
  if (chosen) return chosen
  throw new UserError('nothing in it is known', {
    where: path,
    fix: `It may be ${importers.map(({ summary }) => summary).join('; ')}. Name one with --format.`,
  })
}

/** One run that cannot be read would hide all others. */
function checkRun({ runs }: Store, id: string, path: string): void {
  try {
    runs.get(id)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 300) : ''
    throw new UserError(`run ${id} cannot be read: ${reason}`, { where: path, cause })
  }
}

/** Of the checkpoints in the staging those that are not in the data folder; runs that have them all are struck. */
function missingFiles({ files }: Staging, runDir: (id: string) => string) {
  let n = 0
  let bytes = 0
  for (const [id, folder] of files) {
    const from = join(folder, 'checkpoints')
    const names = existsSync(from) ? readdirSync(from) : []
    const missing = names.filter((name) => !existsSync(join(runDir(id), 'checkpoints', name)))
    if (missing.length === 0) files.delete(id)
    for (const name of missing) {
      for (const file of readdirSync(join(from, name))) {
        n++
        bytes += statSync(join(from, name, file)).size
      }
    }
  }
  return { n, bytes }
}

function newSuites(from: Database, to: Database): { suites: number; cells: number } {
  const known = to.prepare<[string], number>('SELECT key FROM suites WHERE id = ?').pluck()
  const knownCell = to
    .prepare<[string, string, number], number>(
      `SELECT c.key FROM cells c JOIN suites s ON s.key = c.suite WHERE s.id = ? AND c.name = ? AND c.seed = ?`,
    )
    .pluck()
  const suites = from.prepare<[], string>('SELECT id FROM suites').pluck().all()
  const cells = from
    .prepare<[], [string, string, number]>(
      'SELECT s.id, c.name, c.seed FROM cells c JOIN suites s ON s.key = c.suite',
    )
    .raw()
    .all()
  return {
    suites: suites.filter((id) => known.get(id) === undefined).length,
    cells: cells.filter((cell) => knownCell.get(...cell) === undefined).length,
  }
}

/** Rows of the new runs, and what others lacked, by table, in the order of the tables' size for a run. */
function countTaken(
  db: Database,
  ids: readonly string[],
  supplements: ReadonlyMap<string, number>,
): ImportSummary['taken'] {
  const wanted = JSON.stringify(ids)
  const { ofRun, ofSeries } = runTables(db)
  const runs = 'json_each(?) wanted JOIN runs r ON r.id = wanted.value'
  const counts = [
    { table: 'runs', n: ids.length },
    ...ofRun.map(({ name, owner }) => ({
      table: name,
      n: count(db, `SELECT count(*) FROM ${runs} JOIN ${name} o ON o.${owner} = r.key`, wanted),
    })),
    ...ofSeries.map(({ name, owner }) => ({
      table: name,
      n: count(
        db,
        `SELECT count(*) FROM ${runs} JOIN series s ON s.run = r.key JOIN ${name} o ON o.${owner} = s.key`,
        wanted,
      ),
    })),
  ]
  // Totals are made from the points; they are no content of their own.
  return counts
    .map(({ table, n }) => ({ table, n: n + (supplements.get(table) ?? 0) }))
    .filter(({ table, n }) => n > 0 && table !== 'rollups')
}

const count = (db: Database, sql: string, wanted: string): number =>
  db.prepare<[string], number>(sql).pluck().get(wanted) ?? 0
