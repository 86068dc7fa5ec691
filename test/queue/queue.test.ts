import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCore, type Core } from '../../src-main/core.ts'
import type { Job } from '../../src-main/store/jobs.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { plannedRuns, provenance, testPeer } from '../support/plan.ts'
import { temporaryDataFolder } from '../support/temporary.ts'

afterEach(() => vi.unstubAllEnvs())

const cores: Core[] = []
afterEach(() => cores.splice(0).forEach((core) => core.close()))

function openCore(dataFolder = temporaryDataFolder()): Core {
  const core = createCore({ dataFolder, trainerEntry: testPeer })
  cores.push(core)
  return core
}

function peer(settings: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(`PEER_${name}`, String(value))
}

function addPlan(core: Core, runs = plannedRuns()): RunRecord[] {
  const { runIds: ids } = core.queue.addRecipe({
    name: 'test',
    path: null,
    text: null,
    runs,
    provenance,
  })
  return ids.map((id) => core.store.runs.get(id))
}

/** train/loss is 1/step and train/step_again is the step, once a step, from 1 to `steps`. */
function expectEveryStepOnce(core: Core, run: RunRecord, steps: number): void {
  const all = Array.from({ length: steps }, (_, i) => i + 1)
  const loss = core.store.series.points(run.key, 'train/loss')
  expect([...loss.step]).toEqual(all)
  expect([...loss.value]).toEqual(all.map((step) => 1 / step))
  expect([...core.store.series.points(run.key, 'train/step_again').value]).toEqual(all)
}

describe('the queue', () => {
  test('trains a teacher first and gives its best checkpoint to the student', async () => {
    const core = openCore()
    const [, , virt] = addPlan(core)
    const order: string[] = []
    await core.queue.work({ started: (run) => order.push(run.name) })

    expect(order).toEqual(['teacher', 'bi', 'virt'])
    expect(core.store.runs.list().map(({ status }) => status)).toEqual(Array(3).fill('completed'))
    const printed = core.store.details.logs(virt!.key, 10).map(({ text }) => text)
    expect(printed).toContain('peer starts with teacher step-20')
    for (const run of core.store.runs.list()) expectEveryStepOnce(core, run, 20)
  })

  test('keeps facts, backend, device and what the process printed', async () => {
    const core = openCore()
    const [teacher] = addPlan(core, plannedRuns().slice(0, 1))
    await core.queue.work()
    const run = core.store.runs.get(teacher!.id)
    expect(run).toMatchObject({ backend: 'cpu', device: 'test peer', error: null })
    expect(run.facts).toEqual({ backend: 'cpu', device: 'test peer', startedFrom: 0 })
    const warnings = core.store.details
      .logs(run.key, 10)
      .filter(({ source }) => source === 'stderr')
    expect(warnings).toMatchObject([{ level: 'warn', text: 'peer warns' }])
  })

  test('fails the students of a teacher that failed, and trains the others', async () => {
    peer({ AT_END: 'fail', CRASH_MODEL: 'cross_encoder' })
    const core = openCore()
    const [teacher, bi, virt] = addPlan(core).map(({ id }) => id)
    await core.queue.work()
    expect(core.store.runs.get(teacher!)).toMatchObject({
      status: 'failed',
      error: { message: 'it would not learn', stack: expect.stringContaining('at peer') as string },
    })
    expect(core.store.runs.get(bi!).status).toBe('completed')
    expect(core.store.runs.get(virt!)).toMatchObject({
      status: 'failed',
      error: { message: `teacher failed: teacher (${teacher})` },
    })
  })

  test('refuses a teacher whose weights have changed since', async () => {
    const core = openCore()
    const [teacher, , virt] = addPlan(core)
    await core.queue.work({
      ended(run) {
        const weights = join(core.runDir(run.id), 'checkpoints/step-20/model.safetensors')
        if (run.id === teacher!.id) appendFileSync(weights, '!')
      },
    })
    const { status, error } = core.store.runs.get(virt!.id)
    expect(status).toBe('failed')
    expect(error?.message).toMatch(/not those it was trained to/)
  })

  test('stops the running one with a checkpoint and does not start the rest', async () => {
    peer({ STEPS: 100_000 })
    const core = openCore()
    const [teacher, bi] = addPlan(core)
    let seen = 0
    await core.queue.work({ progress: () => ++seen === 15 && core.queue.stop() })
    expect(core.store.runs.get(teacher!.id).status).toBe('stopped')
    expect(core.store.runs.get(bi!.id)).toMatchObject({
      status: 'stopped',
      error: { message: 'stopped before its turn came', fix: `Start it: virtlab resume ${bi!.id}` },
    })
    const last = core.store.details.checkpoint(teacher!.key, 'last')
    expect(last?.step).toBe(core.store.series.last(teacher!.key, 'train/loss')?.step)
  })
})

describe('a trainer that ends badly', () => {
  test.each([
    ['exit-without-word', 'crashed', /ended with exit code 0 before it was done/],
    ['exit-code-3', 'crashed', /ended with exit code 3/],
    ['fail', 'failed', /it would not learn/],
    ['fail-user', 'failed', /it would not learn/],
    ['nonsense', 'failed', /sent a message that is none/],
    ['other-run', 'failed', /a message for run other/],
  ])('%s: the run is %s', async (AT_END, status, message) => {
    peer({ AT_END })
    const core = openCore()
    const [teacher] = addPlan(core, plannedRuns().slice(0, 1))
    await core.queue.work()
    const run = core.store.runs.get(teacher!.id)
    expect(run.status).toBe(status)
    expect(run.error?.message).toMatch(message)
    expectEveryStepOnce(core, run, 20)
  })

  test('keeps the last lines of stderr with the crash', async () => {
    peer({ AT_END: 'exit-code-3' })
    const core = openCore()
    const [teacher] = addPlan(core, plannedRuns().slice(0, 1))
    await core.queue.work()
    const { error } = core.store.runs.get(teacher!.id)
    expect(error?.stack).toContain('peer gives up')
    expect(error?.fix).toBe(`Go on from step 20: virtlab resume ${teacher!.id}`)
  })

  test('names where and how to mend an error of the user', async () => {
    peer({ AT_END: 'fail-user' })
    const core = openCore()
    const [teacher] = addPlan(core, plannedRuns().slice(0, 1))
    await core.queue.work()
    expect(core.store.runs.get(teacher!.id).error).toEqual({
      message: 'it would not learn',
      where: 'train.tsv:3',
      fix: 'Mend row 3.',
      stack: null,
    })
  })

  test('killed in the middle: crashed, no acknowledged point lost, resumed without doubling', async () => {
    peer({ STEPS: 60, STEP_MS: 2 })
    const core = openCore()
    const [teacher] = addPlan(core, plannedRuns().slice(0, 1))
    let acknowledged = 0
    await core.queue.work({
      progress(run, { step }) {
        if (step !== 25) return
        // Every batch before this message has been answered.
        acknowledged = core.store.series.last(run.key, 'train/loss')!.step
        const { trainerPid } = core.store.jobs.ofRun(run.id)[0]!
        process.kill(trainerPid!, 'SIGKILL')
      },
    })
    const crashed = core.store.runs.get(teacher!.id)
    expect(crashed).toMatchObject({ status: 'crashed' })
    expect(crashed.error?.message).toMatch(/ended by SIGKILL/)
    const stored = core.store.series.last(teacher!.key, 'train/loss')!.step
    expect(stored).toBeGreaterThanOrEqual(acknowledged)
    expectEveryStepOnce(core, crashed, stored)

    // A checkpoint every 10 steps; on a busy machine the trainer is past 30 before the signal reaches it.
    await core.queue.addResumed(crashed)
    const from = core.store.series.last(teacher!.key, 'train/loss')!.step
    expect(from % 10).toBe(0)
    expect(from).toBeGreaterThanOrEqual(20)
    expectEveryStepOnce(core, crashed, from)
    const jobs: Job[] = []
    await core.queue.work({ started: (_run, _position, _length, job) => jobs.push(job) })
    const resumed = core.store.runs.get(teacher!.id)
    expect(resumed).toMatchObject({ status: 'completed', error: null })
    expect(resumed.facts['startedFrom']).toBe(from)
    expect(jobs).toMatchObject([{ attempt: 2, resumeStep: from }])
    expectEveryStepOnce(core, resumed, 60)
  })
})
