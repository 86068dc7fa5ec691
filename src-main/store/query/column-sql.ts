import { sql, type RawBuilder } from 'kysely'
import type { ColumnRef, Reading, RunField } from '../../../src-shared/contract/run-query.ts'

/** Values of a field of `runs r`, as SQL. Times are Unix ms. */
const fields: Record<RunField, RawBuilder<unknown>> = {
  id: sql`r.id`,
  name: sql`r.name`,
  seed: sql`r.seed`,
  status: sql`r.status`,
  recipe: sql`(SELECT recipe FROM suites WHERE key = r.suite)`,
  suite: sql`coalesce(
    (SELECT s.id FROM cells c JOIN suites s ON s.key = c.suite
     WHERE c.run = r.key AND s.deleted_at IS NULL ORDER BY s.key DESC LIMIT 1),
    (SELECT id FROM suites WHERE key = r.suite AND deleted_at IS NULL))`,
  group: sql`r.group_hash`,
  model: configValue('model.type'),
  data: sql`CASE WHEN r.source IS NOT NULL THEN NULL WHEN ${configValue('data.dataset')} = 'demo' THEN 'demo'
    ELSE coalesce(${configValue('data.train.preset')}, file_name(${configValue('data.train.path')}), 'files') END`,
  backend: sql`r.backend`,
  device: sql`r.device`,
  host: sql`r.host`,
  notes: sql`r.notes`,
  teacher: sql`(SELECT name FROM runs t WHERE t.key = r.teacher)`,
  source: sql`coalesce(r.source ->> '$.format', r.imported ->> '$.format')`,
  parameters: sql`json_extract(r.facts, '$.parameters')`,
  bestStep: sql`r.best_step`,
  lastStep: sql`(SELECT max(last_step) FROM series WHERE run = r.key)`,
  createdAt: sql`r.created_at`,
  startedAt: sql`r.started_at`,
  endedAt: sql`r.ended_at`,
  durationSeconds: sql`CASE WHEN r.source IS NULL THEN
      (SELECT sum(coalesce(ended_at, unixepoch('subsec') * 1000) - started_at) / 1000.0 FROM jobs WHERE run = r.key)
    ELSE (r.ended_at - r.started_at) / 1000.0 END`,
}

/** Which value of `series` stands for it; NaN is NULL. */
export const readingSql: Record<Reading, RawBuilder<unknown>> = {
  last: sql`last`,
  best: sql`best`,
  min: sql`min`,
  max: sql`max`,
  mean: sql`sum / nullif(n, 0)`,
}

/** A column's value for the run `r`: text, number or NULL; true is 1, lists and objects are JSON text. */
export function columnSql(column: ColumnRef): RawBuilder<unknown> {
  switch (column.kind) {
    case 'field':
      return fields[column.field]
    case 'config':
      return configValue(column.key)
    case 'metric':
      return sql`(SELECT ${readingSql[column.reading]} FROM series WHERE name = ${column.key} AND run = r.key)`
    case 'level':
      return sql`(SELECT l.level FROM cells c JOIN suites s ON s.key = c.suite
        JOIN cell_levels l ON l.cell = c.key AND l.factor = ${column.factor}
        WHERE c.run = r.key AND s.deleted_at IS NULL ORDER BY s.key DESC LIMIT 1)`
  }
}

function configValue(key: string): RawBuilder<unknown> {
  return sql`(SELECT value ->> '$' FROM run_config WHERE run = r.key AND key = ${key})`
}
