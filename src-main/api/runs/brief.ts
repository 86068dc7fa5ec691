import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { RunBrief } from '../../../src-shared/contract/run-query.ts'

type BriefRow = Omit<RunBrief, 'tags'> & { key: number; tags: string }

/** Runs as lists show them, by key, in one query. Keys of no run are left out. */
export function createBriefs(db: Database): (keys: readonly number[]) => Map<number, RunBrief> {
  db.function('file_name', { deterministic: true }, (path) =>
    typeof path === 'string' ? basename(path) : null,
  )
  const select = db.prepare<[string], BriefRow>(`
    SELECT r.key, r.id, r.name, r.seed, r.status, s.recipe, t.id AS teacherId,
      r.group_hash AS groupHash,
      coalesce((SELECT value ->> '$' FROM run_config WHERE run = r.key AND key = 'model.type'), '') AS model,
      coalesce(r.source ->> '$.format', r.imported ->> '$.format') AS source,
      (SELECT json_group_array(tag) FROM run_tags WHERE run = r.key) AS tags,
      r.notes, r.created_at AS createdAt, r.started_at AS startedAt, r.ended_at AS endedAt,
      r.archived_at AS archivedAt, r.deleted_at AS deletedAt, r.error_message AS errorMessage
    FROM json_each(?) wanted JOIN runs r ON r.key = wanted.value
      LEFT JOIN suites s ON s.key = r.suite LEFT JOIN runs t ON t.key = r.teacher`)
  return (keys) =>
    new Map(
      select
        .all(JSON.stringify(keys))
        .map(({ key, tags, ...rest }) => [key, { ...rest, tags: JSON.parse(tags) as string[] }]),
    )
}
