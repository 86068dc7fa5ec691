import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { flatten } from '../../src-shared/config/flatten.ts'
import type { ForeignFormat, RunStatus } from '../../src-shared/run-record.ts'
import { idFrom } from '../store/new-id.ts'
import { createRollups } from '../store/rollups.ts'
import type { LeftCounts, Stage } from './importer.ts'

/** A run as another program tells of it. */
export interface ForeignRun {
  format: ForeignFormat
  /** What the run is known by there, always the same. */
  id: string
  path: string
  project: string | null
  name: string
  /** Its parameters, nested or with dots. */
  settings: Record<string, unknown>
  tags: readonly string[]
  notes: string
  status: RunStatus
  host: string
  /** Unix ms. */
  startedAt: number
  endedAt: number | null
}

export interface ForeignPoint {
  step: number
  value: number
  /** Unix ms. */
  time: number
}

/** Puts runs of other programs into the staging database; their ids are made of what they are known by. */
export function createForeignRuns({ staging, left }: Pick<Stage, 'staging' | 'left'>) {
  const db = staging.open()
  const insert = db.prepare(`
    INSERT INTO runs (id, name, seed, group_hash, status, config, source, argv, host, app_version,
      node_version, notes, created_at, started_at, ended_at)
    VALUES (:id, :name, :seed, :groupHash, :status, :config, :source, '[]', :host, '', '', :notes,
      :startedAt, :startedAt, :endedAt)`)
  const insertSetting = db.prepare('INSERT INTO run_config (run, key, value) VALUES (?, ?, ?)')
  const insertTag = db.prepare('INSERT OR IGNORE INTO run_tags (run, tag) VALUES (?, ?)')
  const known = db.prepare<[string], number>('SELECT key FROM runs WHERE id = ?').pluck()
  const writer = createPointWriter(db, left)

  return {
    /** Undefined where this run was added before. */
    add(
      run: ForeignRun,
    ): { points(name: string, points: Iterable<ForeignPoint>): void } | undefined {
      const { format, path, project, settings, tags, startedAt, ...rest } = run
      const id = idFrom(`${format}:${run.id}`)
      if (known.get(id) !== undefined) {
        left.add('sameRun', run.name)
        return undefined
      }
      const leaves = new Map([...flatten(settings)].map(([key, value]) => [key, value ?? null]))
      const { lastInsertRowid } = insert.run({
        ...rest,
        id,
        name: run.name.slice(0, 200) || run.id,
        startedAt: Math.round(startedAt),
        endedAt: run.endedAt === null ? null : Math.round(run.endedAt),
        seed: seedOf(leaves),
        groupHash: groupOf(leaves, project ?? path, id),
        config: JSON.stringify(settings),
        source: JSON.stringify({ format, path, id: run.id, project }),
      })
      const key = Number(lastInsertRowid)
      for (const [name, value] of leaves) insertSetting.run(key, name, JSON.stringify(value))
      for (const tag of tags) insertTag.run(key, tag.slice(0, 60))
      return { points: (name, points) => writer(key, name, points) }
    },
  }
}

export type ForeignRuns = ReturnType<typeof createForeignRuns>

const isSeed = (key: string) => /(^|[._/])(random_?)?seed$/i.test(key)

function seedOf(settings: Map<string, unknown>): number {
  const [, value] = [...settings].find(([key]) => isSeed(key)) ?? []
  const seed = Number(value)
  return Number.isSafeInteger(seed) && seed >= 0 ? seed : 0
}

/** Runs of one project that differ in their seed only; a run that tells no settings stands alone. */
function groupOf(settings: Map<string, unknown>, project: string, id: string): string {
  const leaves = [...settings].filter(([key]) => !isSeed(key)).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify(leaves.length > 0 ? [project, leaves] : [id])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function createPointWriter(db: Database, left: LeftCounts) {
  const rollups = createRollups(db)
  const find = db
    .prepare<[number, string], number>('SELECT key FROM series WHERE run = ? AND name = ?')
    .pluck()
  const addSeries = db.prepare<[number, string]>('INSERT INTO series (run, name) VALUES (?, ?)')
  const there = db
    .prepare<[number, number], number>('SELECT 1 FROM points WHERE series = ? AND step = ?')
    .pluck()
  const upsert = db.prepare<[number, number, number, number]>(`
    INSERT INTO points (series, step, value, time) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value, time = excluded.time`)
  return db.transaction((run: number, name: string, points: Iterable<ForeignPoint>): void => {
    let series = find.get(run, name)
    const buckets = new Set<number>()
    for (const { step, value, time } of points) {
      if (!Number.isSafeInteger(step) || step < 0) {
        left.add('badStep', name)
        continue
      }
      series ??= Number(addSeries.run(run, name).lastInsertRowid)
      if (there.get(series, step) !== undefined) left.add('sameStep', name)
      // better-sqlite3 binds NaN as NULL, which is how the table spells it.
      upsert.run(series, step, value, Math.round(time))
      buckets.add(Math.floor(step / 10) * 10)
    }
    if (series !== undefined) rollups.refresh(series, buckets)
  })
}
