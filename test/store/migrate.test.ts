import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrate, readMigrations, type Migration } from '../../src-main/store/migrate.ts'
import { openStore } from '../../src-main/store/open.ts'
import { summarizeRun } from '../../src-main/results/summarize.ts'
import { suiteCells } from '../../src-main/suite/suite-cells.ts'
import { measuredCost } from '../support/measured-cost.ts'
import { temporaryDataFolder, temporaryFolder } from '../support/temporary.ts'
import { userErrorOf } from '../support/user-error.ts'

const file = () => temporaryDataFolder().database

/** A database as schema version 1 left it, with a run in it. It is never changed: newer schemas must read it. */
const version1 = readFileSync(new URL('fixtures/version-0001.sql', import.meta.url), 'utf8')

function writeVersion1(path: string): void {
  const db = new Database(path)
  db.exec(version1)
  db.close()
}

const addColumn: Migration = {
  version: readMigrations().length + 1,
  name: 'add_column.sql',
  sql: "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT 'none';",
}

describe('migrations', () => {
  test('are numbered from 1 without a gap', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '0001_a.sql'), '')
    writeFileSync(join(folder, '0003_b.sql'), '')
    expect(() => readMigrations(folder)).toThrow('migration 0003_b.sql should have number 2')
    expect(readMigrations().map(({ version }) => version)).toContain(1)
  })

  test('a fresh file gets the newest schema and no copy', () => {
    const path = file()
    const store = openStore(path)
    expect(store.backup).toBeUndefined()
    expect(store.db.pragma('user_version', { simple: true })).toBe(readMigrations().length)
    store.close()
    expect(openStore(path).backup).toBeUndefined()
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.backup'))).toEqual([])
  })

  test('the first one still makes the schema that files in use have', () => {
    const schemaOf = (db: Database.Database) =>
      db
        .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        .all()
    const made = new Database(':memory:')
    const inUse = new Database(':memory:')
    migrate(made, readMigrations().slice(0, 1))
    inUse.exec(version1)
    expect(schemaOf(made)).toEqual(schemaOf(inUse))
  })

  test('a file of schema 1 is read, whatever the newest schema is', () => {
    const path = file()
    writeVersion1(path)
    const store = openStore(path)
    onTestFinished(() => store.close())
    const run = store.runs.find('oldrun23')
    expect(run).toMatchObject({ name: 'teacher', status: 'completed', recipe: 'demo' })
    const { step, value } = store.series.points(run.key, 'train/loss')
    expect([[...step], [...value]]).toEqual([
      [1, 2],
      [0.75, NaN],
    ])
    expect(store.details.predictionCounts(run.key)).toEqual([{ split: 'dev', n: 1, correct: 1 }])
    expect(summarizeRun(store, run).values.get('dev/accuracy')).toBe(0.875)
  })

  test('version 2 works out from version 1 what the runs table sorts by', () => {
    const path = file()
    writeVersion1(path)
    const store = openStore(path)
    onTestFinished(() => store.close())
    const { db } = store
    expect(db.prepare('SELECT best_step, notes, archived_at FROM runs').all()).toEqual([
      { best_step: 2, notes: '', archived_at: null },
    ])
    const series = db.prepare(
      'SELECT n, nonfinite, last_step, last, best, min, max, sum FROM series WHERE name = ?',
    )
    expect(series.get('train/loss')).toEqual({
      n: 1,
      nonfinite: 1,
      last_step: 2,
      last: null,
      best: null,
      min: 0.75,
      max: 0.75,
      sum: 0.75,
    })
    expect(series.get('dev/accuracy')).toMatchObject({ last: 0.875, best: 0.875, max: 0.875 })
    const untimed = db.prepare('SELECT count(*) FROM rollups WHERE time IS NULL').pluck()
    expect(untimed.get()).toBe(0)
  })

  test('version 3 makes of every earlier call of train a suite with its cells', () => {
    const path = file()
    const old = new Database(path)
    old.exec(version1)
    old.exec(`INSERT INTO suites (key, id, recipe, created_at) VALUES (2, 'ot2345yz', 'other', 2)`)
    const addRun = old.prepare(`
      INSERT INTO runs (key, id, name, seed, suite, teacher, status, config, group_hash, argv, host,
        app_version, node_version, created_at)
      SELECT ?, ?, ?, ?, ?, ?, status, config, group_hash, argv, host, app_version, node_version, created_at
      FROM runs WHERE key = 1`)
    addRun.run(2, 'later2', 'student', 1, 1, 1)
    // The same name and seed once more, which nothing forbade: a cell has one run, the first.
    addRun.run(3, 'later3', 'student', 1, 1, 1)
    addRun.run(4, 'later4', 'teacher', 2, 1, null)
    addRun.run(5, 'later5', 'borrower', 1, 2, 1)
    addRun.run(6, 'later6', 'alone', 1, null, null)
    migrate(old, readMigrations().slice(0, 3))
    const rows = old.prepare('SELECT suite, position, name, seed, teacher, run, reused FROM cells')
    expect(rows.raw().all()).toEqual([
      [1, 0, 'teacher', 1, null, 1, 0],
      [1, 1, 'student', 1, 'teacher', 2, 0],
      [1, 3, 'teacher', 2, null, 4, 0],
      // Its teacher stands in another suite: no cell of this one.
      [2, 0, 'borrower', 1, null, 5, 0],
    ])
    old.close()

    const store = openStore(path)
    onTestFinished(() => store.close())
    const demo = store.suites.find('demo')
    expect(demo).toMatchObject({ preset: null, planHash: null, deletedAt: null })
    const states = suiteCells(store, demo).map(({ name, seed, levels, state }) => [
      name,
      seed,
      levels,
      state,
    ])
    expect(states).toEqual([
      ['teacher', 1, {}, 'completed'],
      ['student', 1, {}, 'completed'],
      ['teacher', 2, {}, 'completed'],
    ])
    expect(store.runs.fingerprint('later4')).toBeUndefined()
  })

  test('version 6 keeps the runs of older files, which have no costs yet, and lets them be measured', () => {
    const path = file()
    writeVersion1(path)
    const store = openStore(path)
    onTestFinished(() => store.close())
    const run = store.runs.find('oldrun23')
    expect(store.efficiency.list()).toEqual([])
    const stored = store.efficiency.add({
      run,
      name: run.name,
      checkpoint: { kind: 'best', step: 2 },
      cost: measuredCost(),
    })
    expect(store.efficiency.list({ runId: run.id })).toEqual([stored])
    expect(stored).toMatchObject({ runId: run.id, name: 'teacher', hardware: 'Processor × 2, cpu' })
    store.db.prepare('DELETE FROM runs').run()
    expect(store.efficiency.list()).toEqual([])
  })

  test('an older file is copied aside before it is changed', () => {
    const path = file()
    writeVersion1(path)
    const db = new Database(path)
    onTestFinished(() => void db.close())
    const backup = migrate(db, [...readMigrations(), addColumn])
    expect(db.prepare('SELECT note FROM runs').pluck().all()).toEqual(['none'])
    expect(db.pragma('user_version', { simple: true })).toBe(addColumn.version)

    expect(basename(backup!)).toMatch(/^virtlab\.db\.version-1\.\d{8}T\d{6}\.backup$/)
    const old = new Database(backup, { readonly: true })
    onTestFinished(() => void old.close())
    expect(old.pragma('user_version', { simple: true })).toBe(1)
    expect(old.prepare('SELECT name FROM runs').pluck().all()).toEqual(['teacher'])
  })

  test('a step that fails leaves the file as it was', () => {
    const path = file()
    writeVersion1(path)
    const db = new Database(path)
    onTestFinished(() => void db.close())
    const broken = { ...addColumn, sql: `${addColumn.sql} UPDATE missing SET a = 1;` }
    expect(() => migrate(db, [...readMigrations(), broken])).toThrow('no such table: missing')
    expect(db.pragma('user_version', { simple: true })).toBe(readMigrations().length)
    expect(() => db.prepare('SELECT note FROM runs')).toThrow('no such column')
  })

  test('a file of a newer Virtlab is refused and left alone', () => {
    const path = file()
    openStore(path).close()
    const db = new Database(path)
    db.pragma('user_version = 99')
    db.close()
    const before = readFileSync(path)
    expect(userErrorOf(() => openStore(path))).toMatch(
      /virtlab\.db: the database has schema version 99, this Virtlab knows versions up to \d+\n {2}→ Use the newer Virtlab/,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('a SQLite file of another program is refused', () => {
    const path = file()
    const db = new Database(path)
    db.exec('CREATE TABLE bookmarks (url TEXT)')
    db.close()
    expect(userErrorOf(() => openStore(path))).toContain('was not made by Virtlab')
  })

  test('a file that is no database is refused', () => {
    const path = file()
    writeFileSync(path, 'dear diary, '.repeat(1000))
    expect(userErrorOf(() => openStore(path))).toContain('It is no SQLite file')
    expect(existsSync(path)).toBe(true)
  })

  test('a folder that is not there is refused', () => {
    const path = join(dirname(file()), 'missing', 'virtlab.db')
    expect(() => openStore(path)).toThrow()
  })
})
