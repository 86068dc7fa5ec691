import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { RunConfig } from '../../src-shared/config/run.ts'
import { flatten } from '../../src-shared/config/flatten.ts'
import { UserError } from '../../src-shared/errors.ts'
import {
  runRecord,
  type Provenance,
  type RunError,
  type RunRecord,
  type RunStatus,
} from '../../src-shared/run-record.ts'
import { newId } from './new-id.ts'
import { parseStoredConfig } from './stored-config.ts'

export interface NewRun {
  name: string
  seed: number
  config: RunConfig
  suiteId: string | null
  teacherId: string | null
  provenance: Provenance
}

export interface RunFilter {
  suiteId?: string | undefined
  recipe?: string | undefined
  name?: string | undefined
  status?: RunStatus | undefined
  /** Also the deleted ones. */
  deleted?: boolean | undefined
}

export interface RunsTable {
  create(run: NewRun): RunRecord
  /** Newest first. */
  list(filter?: RunFilter): RunRecord[]
  get(id: string): RunRecord
  /**
   * A run by id, by the first letters of one, or by name. Throws UserError when there is none, or when
   * several fit.
   */
  find(reference: string, options?: { deleted?: boolean }): RunRecord
  setStatus(id: string, status: RunStatus, error?: RunError | null): void
  /** What the run is trained from (suite/fingerprint.ts); undefined: not known. */
  fingerprint(id: string): string | undefined
  setFingerprint(id: string, fingerprint: string): void
  /** Completed runs of this fingerprint, newest first, without the deleted ones. */
  completedWith(fingerprint: string): RunRecord[]
  setDeleted(id: string, deleted: boolean): void
  /** Removes every row of the run; its folder is the caller's. */
  purge(id: string): void
}

const columns = `
  r.key, r.id, r.name, r.seed, r.status, s.id AS suiteId, s.recipe, t.id AS teacherId,
  r.group_hash AS groupHash, r.config, r.source, r.imported, r.facts, r.backend, r.device,
  r.error_message, r.error_where, r.error_fix, r.error_stack, r.last_seq AS lastSeq,
  r.git_commit, r.argv, r.host, r.app_version, r.node_version,
  r.created_at AS createdAt, r.started_at AS startedAt, r.ended_at AS endedAt, r.deleted_at AS deletedAt
  FROM runs r LEFT JOIN suites s ON s.key = r.suite LEFT JOIN runs t ON t.key = r.teacher`

export function createRunsTable(db: Database): RunsTable {
  const insertRun = db.prepare(`
    INSERT INTO runs (id, suite, name, seed, group_hash, status, teacher, config,
      git_commit, argv, host, app_version, node_version, created_at)
    VALUES (:id, (SELECT key FROM suites WHERE id = :suiteId), :name, :seed, :groupHash, 'queued',
      (SELECT key FROM runs WHERE id = :teacherId), :config,
      :gitCommit, :argv, :host, :appVersion, :nodeVersion, :now)`)
  const insertConfig = db.prepare('INSERT INTO run_config (run, key, value) VALUES (?, ?, ?)')
  const byId = db.prepare<[string], Row>(`SELECT ${columns} WHERE r.id = ?`)
  const byReference = db.prepare<{ text: string; deleted: number }, Row>(`
    SELECT ${columns} WHERE (r.id = :text OR r.name = :text OR substr(r.id, 1, length(:text)) = :text)
      AND (:deleted OR r.deleted_at IS NULL) AND r.pending_import IS NULL ORDER BY r.key DESC`)
  const groupOf = db
    .prepare<[string | null], string>('SELECT group_hash FROM runs WHERE id = ?')
    .pluck()
  const updateStatus = db.prepare(`
    UPDATE runs SET status = :status,
      error_message = :message, error_where = :where, error_fix = :fix, error_stack = :stack,
      started_at = CASE :status WHEN 'running' THEN coalesce(started_at, :now) ELSE started_at END,
      ended_at = CASE WHEN :status IN ('queued', 'running') THEN NULL ELSE :now END
    WHERE id = :id`)
  const fingerprintOf = db
    .prepare<[string], string | null>('SELECT fingerprint FROM runs WHERE id = ?')
    .pluck()
  const updateFingerprint = db.prepare('UPDATE runs SET fingerprint = ? WHERE id = ?')
  const byFingerprint = db.prepare<[string], Row>(`
    SELECT ${columns} WHERE r.fingerprint = ? AND r.status = 'completed' AND r.deleted_at IS NULL
    ORDER BY r.key DESC`)
  const updateDeleted = db.prepare('UPDATE runs SET deleted_at = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM runs WHERE id = ?')

  const create = db.transaction((run: NewRun): RunRecord => {
    const id = newId()
    const { provenance, config, ...rest } = run
    const groupHash = hashGroup(config, groupOf.get(run.teacherId) ?? null)
    const { lastInsertRowid } = insertRun.run({
      ...rest,
      ...provenance,
      id,
      groupHash,
      config: JSON.stringify(config),
      argv: JSON.stringify(provenance.argv),
      now: Date.now(),
    })
    for (const [key, value] of flatten(config)) {
      insertConfig.run(lastInsertRowid, key, JSON.stringify(value))
    }
    return get(id)
  })

  function get(id: string): RunRecord {
    const row = byId.get(id)
    if (!row) throw new Error(`there is no run ${id}`)
    return toRecord(row)
  }

  return {
    create: (run) => create.immediate(run),
    get,
    list(filter = {}) {
      const { suiteId, recipe, name, status, deleted } = filter
      const where = ['r.pending_import IS NULL']
      if (!deleted) where.push('r.deleted_at IS NULL')
      if (suiteId !== undefined) where.push('s.id = :suiteId')
      if (recipe !== undefined) where.push('s.recipe = :recipe')
      if (name !== undefined) where.push('r.name = :name')
      if (status !== undefined) where.push('r.status = :status')
      return db
        .prepare<object, Row>(`SELECT ${columns} WHERE ${where.join(' AND ')} ORDER BY r.key DESC`)
        .all({ suiteId, recipe, name, status })
        .map(toRecord)
    },
    find(reference, { deleted = false } = {}) {
      const rows = byReference.all({ text: reference, deleted: deleted ? 1 : 0 })
      const exact = rows.filter((row) => row.id === reference)
      const named = rows.filter((row) => row.name === reference)
      const matches = exact.length > 0 ? exact : named.length > 0 ? named : rows
      const [match] = matches
      if (!match) {
        throw new UserError(`there is no run "${reference}"`, {
          fix: 'virtlab runs lists them.',
        })
      }
      if (matches.length > 1) {
        const listed = matches
          .slice(0, 8)
          .map((row) => `${row.id} (${row.name}, seed ${row.seed}, ${when(row.createdAt)})`)
        const more = matches.length > 8 ? `, and ${matches.length - 8} older` : ''
        throw new UserError(`"${reference}" fits ${matches.length} runs`, {
          fix: `Name one by its id: ${listed.join(', ')}${more}.`,
        })
      }
      return toRecord(match)
    },
    setStatus(id, status, error = null) {
      const none = { message: null, where: null, fix: null, stack: null }
      updateStatus.run({ id, status, now: Date.now(), ...(error ?? none) })
    },
    fingerprint: (id) => fingerprintOf.get(id) ?? undefined,
    setFingerprint(id, fingerprint) {
      updateFingerprint.run(fingerprint, id)
    },
    completedWith: (fingerprint) => byFingerprint.all(fingerprint).map(toRecord),
    setDeleted(id, deleted) {
      updateDeleted.run(deleted ? Date.now() : null, id)
    },
    purge(id) {
      remove.run(id)
    },
  }
}

interface Row {
  key: number
  id: string
  name: string
  seed: number
  config: string
  source: string | null
  imported: string | null
  facts: string
  argv: string
  error_message: string | null
  error_where: string | null
  error_fix: string | null
  error_stack: string | null
  git_commit: string | null
  host: string
  app_version: string
  node_version: string
  createdAt: number
}

function toRecord(row: Row): RunRecord {
  const {
    error_message: message,
    error_where: where,
    error_fix: fix,
    error_stack: stack,
    git_commit: gitCommit,
    argv,
    host,
    app_version: appVersion,
    node_version: nodeVersion,
    imported,
    ...rest
  } = row
  const source = row.source === null ? null : (JSON.parse(row.source) as object)
  return runRecord.parse({
    ...rest,
    config: source ? null : parseStoredConfig(row.config),
    source: source && { ...source, settings: JSON.parse(row.config) as unknown },
    importedFrom: imported === null ? null : (JSON.parse(imported) as unknown),
    facts: JSON.parse(row.facts) as unknown,
    error: message === null ? null : { message, where, fix, stack },
    provenance: {
      gitCommit,
      argv: JSON.parse(argv) as unknown,
      host,
      appVersion,
      nodeVersion,
    },
  })
}

/** Runs of one group differ in nothing but their seed: the config without it, and the teacher's group. */
export function hashGroup(config: RunConfig, teacherGroup: string | null): string {
  const leaves = [...flatten(config)]
    .filter(([key]) => key !== 'training.seed')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([leaves, teacherGroup]))
    .digest('hex')
    .slice(0, 16)
}

const when = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
