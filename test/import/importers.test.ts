import { cpSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCore, type Core } from '../../src-main/core.ts'
import { runImport } from '../../src-main/import/run-import.ts'
import { crc32c } from '../../src-main/import/tensorboard/crc32c.ts'
import { frameRecord, readRecords } from '../../src-main/import/tensorboard/records.ts'
import { createRunLister } from '../../src-main/api/runs/list.ts'
import { runQuery } from '../../src-shared/contract/run-query.ts'
import { temporaryDataFolder, temporaryFolder } from '../support/temporary.ts'

/** Made by make-fixtures.py with the programs themselves. */
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

function temporaryCore(): Core {
  const core = createCore({ dataFolder: temporaryDataFolder() })
  onTestFinished(() => core.close())
  return core
}

async function importOf(path: string) {
  const core = temporaryCore()
  const ends = { store: core.store, root: core.folder.root, runDir: core.runDir }
  const look = await runImport(ends, { path, dryRun: true })
  expect(core.store.runs.list()).toEqual([])
  const summary = await runImport(ends, { path, dryRun: false })
  expect(summary).toEqual({ ...look, dryRun: false })
  const again = await runImport(ends, { path, dryRun: false })
  expect(again.runs.map(({ outcome }) => outcome)).toEqual(summary.runs.map(() => 'present'))
  const runs = core.store.runs.list().reverse()
  const named = (name: string) => {
    const run = runs.find((one) => one.name === name)
    if (!run) throw new Error(`there is no ${name} among ${runs.map((one) => one.name).join(', ')}`)
    return run
  }
  const points = (name: string, series: string) => {
    const { step, value } = core.store.series.points(named(name).key, series)
    return [...step].map((at, i) => [at, value[i]])
  }
  const left = Object.fromEntries(summary.left.map(({ kind, n }) => [kind, n]))
  return { core, summary, runs, named, points, left }
}

describe('TensorBoard event files', () => {
  test('are runs by folder, with their scalars and hyperparameters; the rest is told of', async () => {
    const { summary, named, points, left } = await importOf(fixture('tensorboard'))
    expect(summary.format).toBe('tensorboard')
    expect(summary.runs.map(({ name }) => name)).toEqual(['fast', 'slow', 'types'])
    expect(points('slow', 'train/loss').map(([step]) => step)).toEqual([0, 1, 2, 3, 4])
    expect(points('slow', 'train/loss')[2]![1]).toBeCloseTo(1 / 3, 6)
    expect(points('fast', 'train/accuracy')[3]).toEqual([3, 0.75])
    expect(points('slow', 'odd').map(([, value]) => value)).toEqual([
      Infinity,
      Infinity,
      NaN,
      Infinity,
      Infinity,
    ])
    expect(named('fast')).toMatchObject({
      config: null,
      status: 'completed',
      source: {
        format: 'tensorboard',
        settings: { lr: 0.1, depth: 2, cosine: 1, model: 'tiny' },
      },
    })
    expect(left).toMatchObject({ histogram: 2, text: 2 })
  })

  test('scalars may be tensors of any type', async () => {
    const { points } = await importOf(fixture('tensorboard'))
    expect(points('types', 'float')).toEqual([[3, 2.5]])
    expect(points('types', 'double')).toEqual([[3, 2.5]])
    expect(points('types', 'half')).toEqual([[3, 2.5]])
    expect(points('types', 'int')).toEqual([[3, 7]])
    expect(points('types', 'content')).toEqual([[4, 0.125]])
  })

  test('a file that is cut off gives what comes before, and the end is told of', async () => {
    const folder = join(temporaryFolder(), 'logs')
    cpSync(fixture('tensorboard/types'), folder, { recursive: true })
    const [name = ''] = readdirSync(folder)
    truncateSync(join(folder, name), readFileSync(join(folder, name)).length - 5)
    const { left, points } = await importOf(folder)
    expect(left).toMatchObject({ cutOff: 1 })
    expect(points('logs', 'int')).toEqual([[3, 7]])
  })

  test('crc32c is that of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  })

  test('any records come back; one with a wrong byte does not', async () => {
    const path = join(temporaryFolder(), 'records')
    const read = async (bytes: Uint8Array) => {
      writeFileSync(path, bytes)
      const found: Uint8Array[] = []
      let broken = 0
      const problems = { broken: () => broken++, cutOff: () => broken++ }
      for await (const record of readRecords(path, problems)) found.push(Uint8Array.from(record))
      return { found, broken }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 1 }),
        fc.nat(),
        async (records, at) => {
          const bytes = Buffer.concat(records.map((record) => frameRecord(record)))
          expect(await read(bytes)).toEqual({ found: records, broken: 0 })
          bytes[at % bytes.length]! ^= 0x40
          const { found, broken } = await read(bytes)
          expect(broken).toBeGreaterThan(0)
          expect(found.length).toBeLessThan(records.length)
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('MLflow', () => {
  function database() {
    const path = join(temporaryFolder(), 'mlflow.db')
    const db = new Database(path)
    db.pragma('foreign_keys = OFF')
    db.exec(readFileSync(fixture('mlflow.sql'), 'utf8'))
    db.close()
    return path
  }

  test.each([
    ['as files', () => fixture('mlruns')],
    ['as a database', database],
  ])('%s: metrics, parameters, tags and notes', async (_, path) => {
    const { summary, named, points, left, core } = await importOf(path())
    expect(summary.format).toBe('mlflow')
    expect(summary.runs.map(({ name }) => name).sort()).toEqual(['student-1', 'student-2'])
    expect(points('student-1', 'loss')).toEqual([
      [0, 1],
      [1, 1 / 2],
      [2, 1 / 3],
      [3, 1 / 4],
    ])
    expect(points('student-2', 'dev/accuracy')).toEqual([[3, 0.7]])
    expect(points('student-2', 'odd')).toEqual([[3, NaN]])
    expect(named('student-1')).toMatchObject({
      status: 'completed',
      seed: 1,
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_060_000,
      source: { project: 'matching', settings: { 'model.type': 'bi_encoder', lr: 0.001, seed: 1 } },
    })
    expect(named('student-2').status).toBe('failed')
    // The same but for the seed: one row of the table.
    expect(named('student-2').groupHash).toBe(named('student-1').groupHash)
    expect(left).toEqual({ deletedRun: 1 })

    const list = createRunLister(core.store.db)
    const column = { kind: 'config', key: 'lr' } as const
    const filter = { op: 'test', column, test: 'lt', value: 0.01 } as const
    const query = runQuery.parse({ filter, columns: [column], group: null })
    const { rows } = list(query, { offset: 0, limit: 10 })
    expect(rows.map(({ run }) => run.name).sort()).toEqual(['student-1', 'student-2'])
    expect(rows[0]).toMatchObject({
      cells: [0.001],
      run: { source: 'mlflow', model: 'bi_encoder', notes: 'a note', tags: ['paper: table 1'] },
    })
  })
})

describe('Weights & Biases', () => {
  test('a chart’s CSV has a run a column; minima and maxima are left', async () => {
    const { summary, points, left } = await importOf(fixture('wandb/chart.csv'))
    expect(summary).toMatchObject({ format: 'wandb' })
    expect(points('happy-sky-1', 'loss')).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 0.25],
    ])
    expect(points('calm-sea-2', 'loss')).toEqual([
      [0, 2],
      [2, 0.5],
    ])
    expect(left).toEqual({ range: 4 })
  })

  test('a history has a metric a key; what is no number is told of', async () => {
    const { points, left, named } = await importOf(fixture('wandb/history.jsonl'))
    expect(points('history', 'loss')).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 1 / 3],
      [3, NaN],
    ])
    expect(points('history', 'acc')).toEqual([[0, 0.5]])
    expect(named('history')).toMatchObject({
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_003_000,
    })
    expect(left).toEqual({ notNumber: 3, histogram: 3 })
  })

  test('a folder may hold both', async () => {
    const { summary } = await importOf(fixture('wandb'))
    expect(summary.runs).toHaveLength(3)
  })
})
