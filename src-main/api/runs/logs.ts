import type { Database } from 'better-sqlite3'
import type { StoredLogLine } from '../../../src-shared/contract/run-details.ts'
import { likePattern } from '../../store/query/like-pattern.ts'
import type { ApiContext, Handlers } from '../context.ts'

const columns = 'key, time, level, source, text FROM logs'

/** A run's log by the lines' keys, which grow. `run` is the run's key. */
export function keyedLogs(db: Database) {
  const after = db.prepare<[number, number, number], StoredLogLine>(
    `SELECT ${columns} WHERE run = ? AND key > ? ORDER BY key LIMIT ?`,
  )
  const last = db
    .prepare<[number], number>('SELECT coalesce(max(key), 0) FROM logs WHERE run = ?')
    .pluck()
  return {
    after: (run: number, key: number, limit: number) => after.all(run, key, limit),
    lastKey: (run: number) => last.get(run) ?? 0,
  }
}

export function logHandlers({ core }: ApiContext): Handlers<'runs.logs'> {
  const { db, runs } = core.store
  return {
    'runs.logs'({ id, after, before, levels, text, limit }) {
      const where = ['run = :run']
      if (levels) where.push('level IN (SELECT value FROM json_each(:levels))')
      if (text) where.push(`text LIKE :pattern ESCAPE '\\'`)
      const values = {
        run: runs.get(id).key,
        levels: JSON.stringify(levels ?? []),
        pattern: likePattern(text ?? ''),
        after: after ?? 0,
        before: before ?? 0,
        limit,
      }
      const total = db
        .prepare<object, number>(`SELECT count(*) FROM logs WHERE ${where.join(' AND ')}`)
        .pluck()
      if (after !== undefined) where.push('key > :after')
      if (before !== undefined) where.push('key < :before')
      const order = after === undefined ? 'DESC' : 'ASC'
      const lines = db
        .prepare<object, StoredLogLine>(
          `SELECT ${columns} WHERE ${where.join(' AND ')} ORDER BY key ${order} LIMIT :limit`,
        )
        .all(values)
      return {
        lines: after === undefined ? lines.reverse() : lines,
        total: total.get(values) ?? 0,
      }
    },
  }
}
