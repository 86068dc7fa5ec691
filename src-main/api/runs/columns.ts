import type { Database } from 'better-sqlite3'
import type { CallOutput } from '../../../src-shared/contract/index.ts'
import type { ApiContext, Handlers } from '../context.ts'

/** Values of a setting that are offered for choosing. */
const offeredValues = 30

/** What columns and filters there can be: the settings, metrics and tags that any run has. */
export function runColumnHandlers({ core }: ApiContext): Handlers<'runs.columns'> {
  return { 'runs.columns': () => discover(core.store.db) }
}

function discover(db: Database): CallOutput<'runs.columns'> {
  const values = db
    .prepare<[], { key: string; value: string }>(
      'SELECT DISTINCT key, value FROM run_config ORDER BY key, value',
    )
    .all()
  const config = [...Map.groupBy(values, ({ key }) => key)].map(([key, rows]) => ({
    key,
    distinct: rows.length,
    values: rows
      .map(({ value }) => JSON.parse(value) as unknown)
      .filter((value) => ['string', 'number', 'boolean'].includes(typeof value))
      .slice(0, offeredValues) as (string | number | boolean)[],
  }))
  const metrics = db
    .prepare<[], { key: string; runs: number }>(
      'SELECT name AS key, count(*) AS runs FROM series GROUP BY name ORDER BY name',
    )
    .all()
  const tags = db
    .prepare<[], { tag: string; runs: number }>(
      `SELECT tag, count(*) AS runs FROM run_tags JOIN runs r ON r.key = run
       WHERE r.deleted_at IS NULL GROUP BY tag ORDER BY tag COLLATE NOCASE`,
    )
    .all()
  const suites = db
    .prepare<[], { id: string; name: string }>(
      `SELECT id, recipe AS name FROM suites s WHERE deleted_at IS NULL
         AND EXISTS (SELECT 1 FROM cells WHERE suite = s.key AND run IS NOT NULL) ORDER BY key DESC`,
    )
    .all()
  const levels = db
    .prepare<[], { factor: string; level: string }>(
      `SELECT factor, level FROM cell_levels l JOIN cells c ON c.key = l.cell
       JOIN suites s ON s.key = c.suite WHERE s.deleted_at IS NULL
       GROUP BY factor, level ORDER BY min(l.place), factor, min(c.position)`,
    )
    .all()
  const factors = [...Map.groupBy(levels, ({ factor }) => factor)].map(([factor, rows]) => ({
    factor,
    levels: rows.map(({ level }) => level).slice(0, offeredValues),
  }))
  const statuses = db
    .prepare<[], { status: string; n: number }>(
      `SELECT status, count(*) AS n FROM runs
       WHERE deleted_at IS NULL AND archived_at IS NULL GROUP BY status`,
    )
    .all()
  const lists = db
    .prepare<[], { active: number; archived: number; deleted: number }>(
      `SELECT count(*) FILTER (WHERE deleted_at IS NULL AND archived_at IS NULL) AS active,
         count(*) FILTER (WHERE deleted_at IS NULL AND archived_at IS NOT NULL) AS archived,
         count(*) FILTER (WHERE deleted_at IS NOT NULL AND pending_import IS NULL) AS deleted FROM runs`,
    )
    .get()
  return {
    config,
    metrics,
    tags,
    suites,
    factors,
    statuses: Object.fromEntries(statuses.map(({ status, n }) => [status, n])),
    ...(lists ?? { active: 0, archived: 0, deleted: 0 }),
  }
}
