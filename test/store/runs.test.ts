import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { processStarted } from '../../src-main/store/process-identity.ts'
import { newId } from '../../src-main/store/new-id.ts'
import { hashGroup } from '../../src-main/store/runs.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import { UserError } from '../../src-shared/errors.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { plannedRuns, provenance } from '../support/plan.ts'
import { temporaryDataFolder } from '../support/temporary.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

describe('a run', () => {
  test('comes back as it was made, with its config in leaves too', () => {
    const store = temporaryStore()
    const { config } = plannedRuns()[2]!
    const { id: suiteId } = store.suites.create({ recipe: 'r', path: null, text: null })
    const teacher = addRun(store)
    const made = store.runs.create({
      name: 'virt',
      seed: 1,
      config,
      suiteId,
      teacherId: teacher.id,
      provenance,
    })
    expect(store.runs.get(made.id)).toEqual(made)
    expect(made).toMatchObject({
      status: 'queued',
      recipe: 'r',
      teacherId: teacher.id,
      config,
      provenance,
      startedAt: null,
    })
    const leaves = store.db.prepare('SELECT key, value FROM run_config WHERE run = ?').all(made.key)
    expect(leaves).toContainEqual({ key: 'distillation.virt.alpha', value: '0.4' })
    expect(leaves).toContainEqual({ key: 'training.bucketing', value: 'true' })
  })

  test('with settings that this Virtlab does not know is read without them', () => {
    const store = temporaryStore()
    const run = addRun(store)
    store.db
      .prepare(
        `UPDATE runs SET config = json_set(config, '$.training.warp', 9, '$.distillation.telepathy', 1)`,
      )
      .run()
    expect(store.runs.list()).toEqual([run])
  })

  test('is found by id, by the first letters of it, or by name', () => {
    const store = temporaryStore()
    const teacher = addRun(store, { name: 'teacher' })
    addRun(store, { name: 'student' })
    expect(store.runs.find(teacher.id).name).toBe('teacher')
    expect(store.runs.find(teacher.id.slice(0, 6)).name).toBe('teacher')
    expect(store.runs.find('student').name).toBe('student')
    expect(() => store.runs.find('nobody')).toThrow(UserError)
    expect(() => store.runs.find('')).toThrow(UserError)
  })

  test('with a name that several have is refused, naming them', () => {
    const store = temporaryStore()
    const ids = [1, 2].map((seed) => addRun(store, { name: 'teacher', seed }).id)
    try {
      store.runs.find('teacher')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(UserError)
      expect((error as UserError).message).toBe('"teacher" fits 2 runs')
      for (const id of ids) expect((error as UserError).fix).toContain(`${id} (teacher, seed`)
    }
  })

  test('that is deleted is hidden until it is restored; purged, nothing of it stays', () => {
    const store = temporaryStore()
    const run = addRun(store)
    store.writeBatch(batchOf(run.id, 1, { points: pointsOf('x', [[1, 1]]) }))
    store.jobs.enqueue(run.id)
    store.runs.setDeleted(run.id, true)
    expect(store.runs.list()).toEqual([])
    expect(() => store.runs.find(run.id)).toThrow(UserError)
    expect(store.runs.list({ deleted: true })).toHaveLength(1)
    store.runs.setDeleted(run.id, false)
    expect(store.runs.list()).toHaveLength(1)

    store.runs.purge(run.id)
    const tables = store.db
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      )
      .pluck()
      .all()
    const counts = tables.map((name) => [
      name,
      store.db.prepare(`SELECT count(*) FROM ${name}`).pluck().get(),
    ])
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(tables.map((name) => [name, 0])))
  })
})

describe('ids and groups', () => {
  test('an id never reads as a number and has no vowels', () => {
    for (let i = 0; i < 500; i++)
      expect(newId()).toMatch(/^[b-df-hj-np-tv-z][b-df-hj-np-tv-z2-9]{7}$/)
  })

  test('runs that differ in their seed only are one group', () => {
    const config = (change: object) =>
      runConfig.parse({ model: { type: 'sbert' }, data: { dataset: 'demo' }, ...change })
    const group = hashGroup(config({ training: { seed: 1 } }), null)
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(hashGroup(config({ training: { seed } }), null)).toBe(group)
      }),
    )
    expect(hashGroup(config({ training: { seed: 1, epochs: 2 } }), null)).not.toBe(group)
    expect(hashGroup(config({ training: { seed: 1 } }), 'another teacher')).not.toBe(group)
  })
})

describe('runs whose process has gone', () => {
  /** Queues a run and lets it look as if the process `owner` had been at it. */
  function leaveBehind(owner: { pid: number; started: string; host?: string; silentMs?: number }) {
    const { database } = temporaryDataFolder()
    const store = openStore(database)
    const running = addRun(store, { name: 'running' })
    const waiting = addRun(store, { name: 'waiting' })
    const job = store.jobs.enqueue(running.id)
    store.jobs.enqueue(waiting.id)
    store.runs.setStatus(running.id, 'running')
    store.jobs.started(job.key, process.pid)
    store.db
      .prepare(
        `UPDATE jobs SET owner_pid = :pid, owner_started = :started,
           owner_host = coalesce(:host, owner_host), heartbeat_at = heartbeat_at - :silentMs`,
      )
      .run({ host: null, silentMs: 0, ...owner })
    store.close()
    const reopened = openStore(database)
    onTestFinished(() => reopened.close())
    return [reopened.runs.get(running.id), reopened.runs.get(waiting.id)] as const
  }
  const own = () => processStarted(process.pid)!

  test('are crashed, and those that waited are stopped, when the file is opened', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    const started = processStarted(child.pid!)!
    child.kill('SIGKILL')
    await once(child, 'exit')
    const [running, waiting] = leaveBehind({ pid: child.pid!, started })
    expect(running).toMatchObject({
      status: 'crashed',
      error: { fix: `Go on from its last checkpoint: virtlab resume ${running.id}` },
    })
    expect(waiting).toMatchObject({ status: 'stopped' })
  })

  test('whose pid another process has by now are crashed too', () => {
    const [running] = leaveBehind({ pid: process.pid, started: 'boot/long-ago' })
    expect(running.status).toBe('crashed')
  })

  test('are left alone while it lives', () => {
    const [running, waiting] = leaveBehind({ pid: process.pid, started: own() })
    expect([running.status, waiting.status]).toEqual(['running', 'queued'])
  })

  test('on another machine are judged by their silence', () => {
    const elsewhere = { pid: 1, started: 'x', host: 'another-machine' }
    expect(leaveBehind({ ...elsewhere, silentMs: 1000 })[0].status).toBe('running')
    expect(leaveBehind({ ...elsewhere, silentMs: 600_000 })[0].status).toBe('crashed')
  })
})
