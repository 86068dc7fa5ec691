import type { Database } from 'better-sqlite3'
import type { RunConfig } from '../../src-shared/config/run.ts'
import { UserError } from '../../src-shared/errors.ts'
import { newId } from './new-id.ts'
import { parseStoredConfig } from './stored-config.ts'

/** What a suite is made of, before it has runs. */
export interface NewSuite {
  /** The recipe's name, file and text. */
  recipe: string
  path: string | null
  text: string | null
  preset?: string | null | undefined
  /** Undefined: it is never gone on with, a new one is made. */
  planHash?: string | undefined
}

export interface StoredSuite {
  key: number
  id: string
  recipe: string
  path: string | null
  text: string | null
  preset: string | null
  planHash: string | null
  createdAt: number
  deletedAt: number | null
}

export interface NewCell {
  name: string
  seed: number
  levels: Readonly<Record<string, string>>
  teacher: string | null
  trialOf: string | null
  /** Null where it cannot be trained. */
  config: RunConfig | null
  runId: string | null
  reused: boolean
  reason: string | null
}

export interface StoredCell extends NewCell {
  key: number
  suite: number
  position: number
}

export interface SuitesTable {
  create(suite: NewSuite): StoredSuite
  /** Adds cells behind those that are there, in this order. */
  addCells(suite: number, cells: readonly NewCell[]): void
  /** Newest first, without the deleted ones. */
  list(): StoredSuite[]
  get(id: string): StoredSuite
  /** The recipe's text. */
  textOf(suite: number): string | null
  /** By id, by the first letters of one, or the newest of a name. Throws UserError when there is none. */
  find(reference: string): StoredSuite
  /** The newest with this plan; undefined: there is none. */
  withPlan(planHash: string): StoredSuite | undefined
  /** In the order they are trained. */
  cells(suite: number): StoredCell[]
  /** The cells that a run fills, oldest suite first. */
  cellsOfRun(runId: string): StoredCell[]
  /** Ids of the suites that the run fills cells of. */
  withRun(runId: string): string[]
  setRun(cell: number, runId: string): void
  /** In every cell that the run fills: why it was stopped early. */
  notePruned(runId: string, reason: string): void
  setDeleted(id: string, deleted: boolean): void
  /** Asks the process that works on it to stop; false takes that back. */
  requestStop(id: string, stop: boolean): void
  /** Suites that are asked to stop. */
  stopping(): string[]
  /** Whether any process has runs of it running or waiting. */
  isAtWork(id: string): boolean
}

type CellRow = Omit<StoredCell, 'levels' | 'config' | 'reused'> & {
  levels: string
  config: string | null
  reused: number
}

export function createSuitesTable(db: Database): SuitesTable {
  const columns = `key, id, recipe, recipe_path AS path, recipe_text AS text, preset,
    plan_hash AS planHash, created_at AS createdAt, deleted_at AS deletedAt FROM suites`
  const insert = db.prepare(`
    INSERT INTO suites (id, recipe, recipe_path, recipe_text, preset, plan_hash, created_at)
    VALUES (:id, :recipe, :path, :text, :preset, :planHash, :now)`)
  const byId = db.prepare<[string], StoredSuite>(`SELECT ${columns} WHERE id = ?`)
  const textOf = db
    .prepare<[number], string | null>('SELECT recipe_text FROM suites WHERE key = ?')
    .pluck()
  const listed = db.prepare<[], StoredSuite>(
    `SELECT ${columns} WHERE deleted_at IS NULL ORDER BY key DESC`,
  )
  const byPlan = db.prepare<[string], StoredSuite>(
    `SELECT ${columns} WHERE plan_hash = ? AND deleted_at IS NULL ORDER BY key DESC LIMIT 1`,
  )
  const cellColumns = `c.key, c.suite, c.position, c.name, c.seed, c.teacher, c.trial_of AS trialOf,
    c.config, r.id AS runId, c.reused, c.reason,
    (SELECT json_group_object(factor, level) FROM
      (SELECT factor, level FROM cell_levels WHERE cell = c.key ORDER BY place)) AS levels
    FROM cells c LEFT JOIN runs r ON r.key = c.run`
  const ofSuite = db.prepare<[number], CellRow>(
    `SELECT ${cellColumns} WHERE c.suite = ? ORDER BY c.position`,
  )
  const ofRun = db.prepare<[string], CellRow>(
    `SELECT ${cellColumns} WHERE r.id = ? ORDER BY c.suite, c.position`,
  )
  const count = db.prepare<[number], number>('SELECT count(*) FROM cells WHERE suite = ?').pluck()
  const insertCell = db.prepare(`
    INSERT INTO cells (suite, position, name, seed, teacher, trial_of, config, run, reused, reason)
    VALUES (:suite, :position, :name, :seed, :teacher, :trialOf, :config,
      (SELECT key FROM runs WHERE id = :runId), :reused, :reason)`)
  const insertLevel = db.prepare(
    'INSERT INTO cell_levels (cell, factor, level, place) VALUES (?, ?, ?, ?)',
  )
  const suitesWith = db
    .prepare<[string], string>(
      `SELECT DISTINCT s.id FROM cells c JOIN suites s ON s.key = c.suite JOIN runs r ON r.key = c.run
       WHERE r.id = ? ORDER BY s.key`,
    )
    .pluck()
  const updateRun = db.prepare(
    'UPDATE cells SET run = (SELECT key FROM runs WHERE id = ?), reused = 0 WHERE key = ?',
  )
  const updateReason = db.prepare(
    'UPDATE cells SET reason = ? WHERE run = (SELECT key FROM runs WHERE id = ?)',
  )
  const updateDeleted = db.prepare('UPDATE suites SET deleted_at = ? WHERE id = ?')
  const updateStop = db.prepare('UPDATE suites SET stop_requested_at = ? WHERE id = ?')
  const openJobs = db
    .prepare<[string], number>(
      `SELECT EXISTS (SELECT * FROM jobs j JOIN runs r ON r.key = j.run JOIN suites s ON s.key = r.suite
       WHERE s.id = ? AND j.state <> 'ended')`,
    )
    .pluck()
  const stopping = db
    .prepare<[], string>('SELECT id FROM suites WHERE stop_requested_at IS NOT NULL')
    .pluck()

  function get(id: string): StoredSuite {
    const suite = byId.get(id)
    if (!suite) throw new UserError(`there is no suite ${id}`, { fix: 'virtlab suite list' })
    return suite
  }

  return {
    create(suite) {
      const id = newId()
      const { recipe, path, text, preset = null, planHash = null } = suite
      insert.run({ id, recipe, path, text, preset, planHash, now: Date.now() })
      return get(id)
    },
    addCells(suite, cells) {
      let position = count.get(suite) ?? 0
      for (const cell of cells) {
        const { lastInsertRowid } = insertCell.run({
          ...cell,
          suite,
          position: position++,
          config: cell.config && JSON.stringify(cell.config),
          reused: cell.reused ? 1 : 0,
        })
        for (const [place, [factor, level]] of Object.entries(cell.levels).entries()) {
          insertLevel.run(lastInsertRowid, factor, level, place)
        }
      }
    },
    list: () => listed.all(),
    get,
    textOf: (suite) => textOf.get(suite) ?? null,
    find(reference) {
      const all = listed.all()
      const suite =
        all.find(({ id }) => id === reference) ??
        all.find(({ recipe }) => recipe === reference) ??
        all.find(({ id }) => id.startsWith(reference))
      if (suite) return suite
      throw new UserError(`there is no suite "${reference}"`, {
        fix: all.length > 0 ? 'virtlab suite list' : 'Start one: virtlab suite run ablation',
      })
    },
    withPlan: (planHash) => byPlan.get(planHash),
    cells: (suite) => ofSuite.all(suite).map(toCell),
    cellsOfRun: (runId) => ofRun.all(runId).map(toCell),
    withRun: (runId) => suitesWith.all(runId),
    setRun(cell, runId) {
      updateRun.run(runId, cell)
    },
    notePruned(runId, reason) {
      updateReason.run(reason, runId)
    },
    setDeleted(id, deleted) {
      updateDeleted.run(deleted ? Date.now() : null, id)
    },
    requestStop(id, stop) {
      updateStop.run(stop ? Date.now() : null, id)
    },
    stopping: () => stopping.all(),
    isAtWork: (id) => openJobs.get(id) === 1,
  }
}

function toCell({ levels, config, reused, ...rest }: CellRow): StoredCell {
  return {
    ...rest,
    levels: JSON.parse(levels) as Record<string, string>,
    config: config === null ? null : parseStoredConfig(config),
    reused: reused === 1,
  }
}
