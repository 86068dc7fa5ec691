import type { Database } from 'better-sqlite3'
import { UserError } from '../../../src-shared/errors.ts'
import type { ImportedFrom } from '../../../src-shared/run-record.ts'
import { pendingMark } from '../../store/pending-imports.ts'
import { moveRunFiles } from './move-files.ts'
import { assertJson, createRowCopier, type Row } from './row-copier.ts'
import { mergeSuites } from './merge-suites.ts'
import { runTables } from './run-tables.ts'
import { supplementRuns } from './supplements.ts'

export interface MergeOptions {
  /** Ids of the runs to take over, none of which is there yet. */
  runs: readonly string[]
  /** Ids of runs that are there already: they get the teacher, the suite, measured costs and maps that they lacked. */
  present?: readonly string[]
  /** Suites that come with all their cells, trained or not; undefined: every one. */
  suites?: readonly string[] | undefined
  /** Tables of runs that do not come along. */
  skip?: readonly string[]
  /** Where files of runs lie, by id, and where they are to lie. */
  files?: { folders: ReadonlyMap<string, string>; runDir: (id: string) => string } | undefined
  /** Throws where a run that is there now cannot be read. */
  check?: ((id: string) => void) | undefined
  /** From what they come, for new runs to tell. */
  origin?: Pick<ImportedFrom, 'format' | 'path'> | undefined
  progress?: ((rows: number, total: number) => void) | undefined
}

/** Columns of `runs` whose text must be JSON. */
const jsonColumns = ['config', 'facts', 'argv', 'source']

/**
 * Takes runs over into another database, with everything that belongs to them and the cells they fill. It
 * is written in slices, so that others can write in between, but hidden until all of it is there: it appears
 * in one transaction, or not at all.
 *
 * @returns suites and cells that are new
 */
export async function mergeRuns(
  from: Database,
  to: Database,
  options: MergeOptions,
): Promise<{ suites: number; cells: number }> {
  const { runs, present = [], suites, files, skip = [], check, origin, progress } = options
  const mark = pendingMark()
  const imported = origin
    ? JSON.stringify({ ...origin, at: Date.now() } satisfies ImportedFrom)
    : null
  const tables = runTables(from)
  const copiers = new Map(
    [...tables.ofRun, ...tables.ofSeries].map((table) => [
      table.name,
      createRowCopier(from, to, table),
    ]),
  )
  const total = countRows(from, runs)
  let rows = 0
  const copied = (more: number) => progress?.((rows += more), total)

  const list = tables.run.join(', ')
  const readRun = from.prepare<[string], Row>(`SELECT key, ${list} FROM runs WHERE id = ?`).raw()
  const insertRun = to.prepare(
    `INSERT INTO runs (${list}, imported, pending_import) VALUES (${'?, '.repeat(tables.run.length)}?, ?)`,
  )
  const hide = to.prepare<[number, number | bigint]>('UPDATE runs SET deleted_at = ? WHERE key = ?')
  // Nothing goes on that went on in the other data folder.
  const settle = to.prepare<[number | bigint]>(
    `UPDATE runs SET status = CASE status WHEN 'running' THEN 'crashed' ELSE 'stopped' END
     WHERE key = ? AND status IN ('running', 'queued')`,
  )
  const addRun = to.transaction((row: Row): number => {
    const { lastInsertRowid } = insertRun.run(...row, imported, mark)
    hide.run(Date.now(), lastInsertRowid)
    settle.run(lastInsertRowid)
    return Number(lastInsertRowid)
  })
  const seriesOf = (db: Database) =>
    db.prepare<[number], { key: number; name: string }>(
      'SELECT key, name FROM series WHERE run = ?',
    )
  const [oldSeries, newSeries] = [seriesOf(from), seriesOf(to)]

  async function copyRun(id: string): Promise<void> {
    const [key, ...row] = readRun.get(id) ?? []
    if (typeof key !== 'number') throw new Error(`there is no run ${id}`)
    assertRun(id, tables.run, row)
    const newKey = addRun.immediate(row)
    for (const { name } of tables.ofRun) {
      if (!skip.includes(name)) await copiers.get(name)?.(key, newKey, copied)
    }
    const keys = new Map(newSeries.all(newKey).map((series) => [series.name, series.key]))
    for (const series of oldSeries.all(key)) {
      for (const { name } of tables.ofSeries) {
        await copiers.get(name)?.(series.key, keys.get(series.name) ?? -1, copied)
      }
    }
  }

  const undo: (() => void)[] = []
  const show = to.transaction(() => {
    const states = from.prepare<
      [string],
      { suite: string | null; teacher: string | null; deleted: number | null }
    >(
      `SELECT s.id AS suite, t.id AS teacher, r.deleted_at AS deleted FROM runs r
         LEFT JOIN suites s ON s.key = r.suite LEFT JOIN runs t ON t.key = r.teacher WHERE r.id = ?`,
    )
    const update = to.prepare(
      `UPDATE runs SET deleted_at = :deleted, pending_import = NULL,
         suite = (SELECT key FROM suites WHERE id = :suite), teacher = (SELECT key FROM runs WHERE id = :teacher)
       WHERE id = :id`,
    )
    const relate = to.prepare(
      `UPDATE runs SET suite = coalesce(suite, (SELECT key FROM suites WHERE id = :suite)),
         teacher = coalesce(teacher, (SELECT key FROM runs WHERE id = :teacher)) WHERE id = :id`,
    )
    const added = mergeSuites(from, to, suites, runs)
    for (const id of runs) update.run({ id, ...states.get(id) })
    for (const id of present) relate.run({ id, ...states.get(id) })
    supplementRuns(from, to, tables, present, true)
    for (const id of runs) check?.(id)
    if (files) {
      for (const [id, folder] of files.folders) undo.push(moveRunFiles(folder, files.runDir(id)))
    }
    return added
  })

  try {
    for (const id of runs) await copyRun(id)
    return show.immediate()
  } catch (error) {
    for (const back of undo.reverse()) back()
    to.prepare('DELETE FROM runs WHERE pending_import = ?').run(mark)
    throw error
  }
}

/** Of a run's row: what a hostile file could have written there. */
function assertRun(id: string, columns: readonly string[], row: Row): void {
  assertRunId(id)
  columns.forEach((column, i) => {
    if (jsonColumns.includes(column) && row[i] !== null) assertJson(row[i], `runs.${column}`)
  })
}

/** It becomes a folder's name. */
export function assertRunId(id: string): void {
  if (/^[a-z0-9]{4,32}$/.test(id)) return
  throw new UserError(`${JSON.stringify(id)} is no run’s id`, {
    fix: 'The file was not made by Virtlab; do not import it.',
  })
}

/** About as many as there are to copy: the totals of series stand for their points. */
function countRows(db: Database, runs: readonly string[]): number {
  return (
    db
      .prepare<[string], number>(
        `SELECT coalesce(sum(
           (SELECT coalesce(sum(n + nonfinite), 0) FROM series WHERE run = r.key)
           + (SELECT count(*) FROM predictions WHERE run = r.key)
           + (SELECT count(*) FROM attention_snapshots WHERE run = r.key)), 0)
         FROM json_each(?) wanted JOIN runs r ON r.id = wanted.value`,
      )
      .pluck()
      .get(JSON.stringify(runs)) ?? 0
  )
}
