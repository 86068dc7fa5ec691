import Database from 'better-sqlite3'
import { UserError } from '../../../src-shared/errors.ts'
import { createForeignRuns, type ForeignPoint } from '../foreign-run.ts'
import type { Stage } from '../importer.ts'
import { addMlflowRun } from './foreign.ts'

interface RunRow {
  uuid: string
  name: string | null
  experiment: string
  status: string
  startedAt: number
  endedAt: number | null
  deleted: number
}

/** What the database of an MLflow server keeps besides runs, by table. */
const others = {
  logged_models: 'model',
  inputs: 'dataset',
  trace_info: 'trace',
} as const

/** The tables experiments, runs, metrics, params and tags of mlflow/store/tracking/dbmodels/models.py. */
export function stageSqliteStore(path: string, stage: Stage): void {
  const db = new Database(path, { readonly: true })
  try {
    db.pragma('trusted_schema = OFF')
    readRuns(db, path, stage)
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    throw new UserError(`this MLflow database cannot be read: ${error.message}`, {
      where: path,
      cause: error,
    })
  } finally {
    db.close()
  }
}

function readRuns(db: Database.Database, path: string, stage: Stage): void {
  const { left } = stage
  const runs = createForeignRuns(stage)
  const rows = db
    .prepare<[], RunRow>(
      `SELECT r.run_uuid AS uuid, r.name, e.name AS experiment, r.status, r.start_time AS startedAt,
         r.end_time AS endedAt, r.lifecycle_stage = 'deleted' OR e.lifecycle_stage = 'deleted' AS deleted
       FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id ORDER BY r.start_time, r.run_uuid`,
    )
    .all()
  const texts = (table: 'params' | 'tags') => {
    const read = db.prepare<[string], [string, string | null]>(
      `SELECT key, value FROM ${table} WHERE run_uuid = ? ORDER BY key`,
    )
    return (uuid: string) =>
      new Map(
        read
          .raw()
          .all(uuid)
          .map(([key, value]) => [key, value ?? '']),
      )
  }
  const [params, tags] = [texts('params'), texts('tags')]
  const names = db
    .prepare<[string], string>('SELECT DISTINCT key FROM metrics WHERE run_uuid = ? ORDER BY key')
    .pluck()
  // MLflow writes infinities as the largest numbers there are, and NaN as 0 with a mark.
  const points = db.prepare<[string, string], ForeignPoint>(
    `SELECT step, timestamp AS time, CASE WHEN is_nan THEN NULL
         WHEN value >= 1.7976931348623157e308 THEN 9e999 WHEN value <= -1.7976931348623157e308 THEN -9e999
         ELSE value END AS value
     FROM metrics WHERE run_uuid = ? AND key = ? ORDER BY step, timestamp`,
  )
  function* metricsOf(uuid: string): Generator<[string, Iterable<ForeignPoint>]> {
    for (const name of names.all(uuid)) {
      yield [name, points.all(uuid, name).map((point) => ({ ...point, value: point.value ?? NaN }))]
    }
  }
  rows.forEach((row, done) => {
    stage.progress(done, rows.length)
    const { deleted, name, ...run } = row
    if (deleted) return left.add('deletedRun', name ?? run.uuid)
    addMlflowRun(
      runs,
      {
        ...run,
        name: name ?? '',
        params: params(run.uuid),
        tags: tags(run.uuid),
        metrics: metricsOf(run.uuid),
      },
      path,
    )
  })
  const tables = new Set(
    db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
  )
  for (const [table, kind] of Object.entries(others)) {
    if (!tables.has(table)) continue
    const n = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0
    if (n > 0) left.add(kind, table, n)
  }
}
