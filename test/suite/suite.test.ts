import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Core } from '../../src-main/core.ts'
import type { StoredSuite } from '../../src-main/store/suites.ts'
import { continueSuite } from '../../src-main/suite/continue-suite.ts'
import { startSuite } from '../../src-main/suite/start-suite.ts'
import { suiteCells } from '../../src-main/suite/suite-cells.ts'
import { suiteTable } from '../../src-main/suite/suite-table.ts'
import { suiteTable as resultTable } from '../../src-main/tables/presets/index.ts'
import { gridPlan, gridRecipe, smallRecipe } from '../support/grid-plan.ts'
import { provenance } from '../support/plan.ts'
import { temporaryCore } from '../support/served.ts'

afterEach(() => vi.unstubAllEnvs())

function peer(settings: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(`PEER_${name}`, String(value))
}

const start = (core: Core, plan = gridPlan(), fresh = false) =>
  startSuite(core, plan, { provenance, fresh })

const states = (core: Core, suite: StoredSuite) =>
  Object.fromEntries(
    suiteCells(core.store, suite).map((cell) => [`${cell.name} ${cell.seed}`, cell.state]),
  )

describe('a suite', () => {
  test('keeps every cell with its levels, its run and its place in the table', async () => {
    const core = temporaryCore()
    const { suite, isNew, queued } = await start(core)
    expect({ isNew, queued: queued.length }).toEqual({ isNew: true, queued: 10 })
    await core.queue.work()
    const cells = suiteCells(core.store, suite)
    expect(cells.slice(0, 3)).toMatchObject([
      { name: 'teacher', seed: 1, levels: {}, state: 'completed' },
      { name: 'bi_encoder/plain', levels: { student: 'bi_encoder', distillation: 'plain' } },
      {
        name: 'bi_encoder/VIRT',
        teacher: 'teacher',
        run: { name: 'bi_encoder/VIRT', status: 'completed' },
      },
    ])
    const { axes, groups } = suiteTable(core.store, cells)
    expect(axes).toEqual({ rows: 'student', columns: 'distillation' })
    expect(groups.map(({ name }) => name)).toHaveLength(5)
    // The peer's last dev/accuracy is 1 − 1/20, whatever the seed.
    expect(groups[1]?.spreads.get('dev/accuracy')).toEqual({ mean: 0.95, std: 0, n: 2 })
  })

  test('of the same plan is gone on with, whatever the recipe’s wording', async () => {
    const core = temporaryCore()
    const { suite } = await start(core, gridPlan(smallRecipe))
    const again = await start(core, gridPlan(`# a comment\n${smallRecipe}`))
    expect(again).toMatchObject({ isNew: false, queued: [], suite: { id: suite.id } })
    // What is only logged does not make another experiment of it.
    const logged = smallRecipe.replace('demo }', 'demo }, logging: { everySteps: 5 }')
    expect((await start(core, gridPlan(logged))).isNew).toBe(false)
    const other = smallRecipe.replace('virt: {}', 'virt: { alpha: 1 }')
    expect((await start(core, gridPlan(other))).isNew).toBe(true)
    expect((await start(core, gridPlan(smallRecipe), true)).suite.id).not.toBe(suite.id)
  })

  test('takes over runs that are there, under whatever name, their weights verified', async () => {
    const core = temporaryCore()
    const { suite: first } = await start(core, gridPlan(smallRecipe))
    await core.queue.work()
    const other = smallRecipe
      .replace('name: grid', 'name: other')
      .replaceAll('teacher:', 'master:')
      .replaceAll('master: teacher', 'teacher: master')
      .replace('virt: {}', 'virt: { alpha: 3 }')
    const { suite, reused, queued } = await start(core, gridPlan(other))
    expect(reused.map(({ cell }) => cell)).toEqual(['master', 'sbert/plain'])
    expect(queued).toHaveLength(1)
    await core.queue.work()
    expect(new Set(Object.values(states(core, suite)))).toEqual(new Set(['completed']))
    const student = suiteCells(core.store, suite).find(({ name }) => name === 'sbert/VIRT')
    expect(student?.run?.teacherId).toBe(suiteCells(core.store, first)[0]?.runId)

    // Another seed or another setting is another run.
    const ofSeed2 = await start(core, gridPlan(other.replace('[1]', '[2]')))
    expect(ofSeed2.reused).toEqual([])
    const longer = other.replace('demo }', 'demo }, training: { epochs: 5 }')
    expect((await start(core, gridPlan(longer))).reused).toEqual([])
  })

  test('does not take over a run whose weights have changed, nor what it taught', async () => {
    const core = temporaryCore()
    const { suite } = await start(core, gridPlan(smallRecipe))
    await core.queue.work()
    const teacher = suiteCells(core.store, suite)[0]!
    appendFileSync(join(core.runDir(teacher.runId!), 'checkpoints/step-20/model.safetensors'), '!')
    const renamed = smallRecipe.replace('name: grid', 'name: other')
    const { reused } = await start(core, gridPlan(renamed))
    expect(reused.map(({ cell }) => cell)).toEqual(['sbert/plain'])
  })
})

describe('the result table of a suite without a preset', () => {
  const tableOf = async (recipe: string) => {
    const core = temporaryCore()
    const { suite } = await start(core, gridPlan(recipe))
    const table = resultTable(core.store, suite)
    const names = (of: readonly { field: string }[] = []) => of.map(({ field }) => field)
    return table && { rows: names(table.rows), columns: names(table.columns) }
  }
  const swept = (sweep: string) => `
name: swept
defaults: { data: { dataset: demo } }
runs: { student: { model: { type: sbert } } }
sweep: ${sweep}
`

  test('has its last factor as columns where every combination is there', async () => {
    const grid = { rows: ['factor.student'], columns: ['factor.distillation'] }
    expect(await tableOf(smallRecipe.replace('[1]', '[1, 2]'))).toEqual({
      // One student only: a factor that does not vary tells nothing.
      rows: ['factor.distillation'],
      columns: [],
    })
    expect(await tableOf(gridRecipe)).toEqual(grid)
    expect(
      await tableOf(
        swept('{ space: { training.learningRate: [1, 2], training.batchSize: [1, 2] } }'),
      ),
    ).toEqual({
      rows: ['factor.training.learningRate'],
      columns: ['factor.training.batchSize'],
    })
  })

  test('of a random sweep has a row a trial', async () => {
    const space =
      '{ training.learningRate: { uniform: [0, 1] }, model.dropout: { uniform: [0, 1] } }'
    expect(await tableOf(swept(`{ method: random, maxRuns: 4, space: ${space} }`))).toEqual({
      rows: ['factor.trial', 'factor.training.learningRate', 'factor.model.dropout'],
      columns: [],
    })
  })

  test('is none where there are no factors', async () => {
    expect(
      await tableOf(
        'name: a\ndefaults: { data: { dataset: demo } }\nruns: { b: { model: { type: sbert } } }\n',
      ),
    ).toBeUndefined()
  })
})

describe('a cell that fails', () => {
  test('leaves the others at work; its students are blocked; tried again alone, then they too', async () => {
    const core = temporaryCore()
    peer({ AT_END: 'fail', CRASH_MODEL: 'cross_encoder' })
    const { suite } = await start(core, gridPlan(smallRecipe))
    await core.queue.work()
    expect(states(core, suite)).toEqual({
      'teacher 1': 'failed',
      'sbert/plain 1': 'completed',
      'sbert/VIRT 1': 'blocked',
    })
    const [teacher, , blocked] = suiteCells(core.store, suite)
    expect(teacher?.why).toBe('it would not learn')
    expect(blocked?.why).toBe(`its teacher teacher (${teacher?.runId}) failed`)

    // Going on with the suite does not repeat what failed.
    const { queued, left } = await continueSuite(core, suite)
    expect(queued).toEqual([])
    expect(left.map(({ name }) => name)).toEqual(['teacher', 'sbert/VIRT'])

    vi.unstubAllEnvs()
    expect((await continueSuite(core, suite, { name: 'teacher' })).queued).toHaveLength(2)
    await core.queue.work()
    expect(new Set(Object.values(states(core, suite)))).toEqual(new Set(['completed']))
    const attempts = suiteCells(core.store, suite).map(
      ({ runId }) => core.store.jobs.ofRun(runId!).length,
    )
    expect(attempts).toEqual([2, 1, 2])
  })

  test('is tried again by name and seed, and nothing else is', async () => {
    const core = temporaryCore()
    peer({ AT_END: 'fail', CRASH_MODEL: 'sbert' })
    const { suite } = await start(core, gridPlan(smallRecipe.replace('[1]', '[1, 2]')))
    await core.queue.work()
    vi.unstubAllEnvs()
    const { queued } = await continueSuite(core, suite, { name: 'sbert/plain', seed: 2 })
    expect(queued).toHaveLength(1)
    await core.queue.work()
    expect(states(core, suite)).toMatchObject({
      'sbert/plain 1': 'failed',
      'sbert/plain 2': 'completed',
      'sbert/VIRT 2': 'failed',
    })
    expect((await continueSuite(core, suite, {})).queued).toHaveLength(3)
  })
})

describe('a suite that was stopped', () => {
  test('goes on: completed cells stay, the interrupted one from its checkpoint, deleted ones anew', async () => {
    const core = temporaryCore()
    const { suite } = await start(core)
    let started = 0
    await core.queue.work({
      started() {
        if (++started === 3) peer({ STEPS: 1e6, STEP_MS: 2 })
      },
      progress: (_run, { step }) => {
        if (started === 3 && step === 15) core.store.suites.requestStop(suite.id, true)
      },
    })
    vi.unstubAllEnvs()
    expect(Object.values(states(core, suite)).slice(0, 4)).toEqual([
      'completed',
      'completed',
      'interrupted',
      'interrupted',
    ])
    const before = suiteCells(core.store, suite)
    core.store.runs.setDeleted(before[1]!.runId!, true)
    core.store.runs.purge(before[9]!.runId!)
    expect(suiteCells(core.store, suite)[9]).toMatchObject({ state: 'missing', runId: null })

    const { queued } = await continueSuite(core, suite)
    expect(queued).toHaveLength(9)
    await core.queue.work()
    const cells = suiteCells(core.store, suite)
    expect(new Set(cells.map(({ state }) => state))).toEqual(new Set(['completed']))
    const jobs = cells.map(({ runId }) => core.store.jobs.ofRun(runId!))
    expect(jobs[0]).toHaveLength(1)
    expect(jobs[2]?.at(-1)?.resumeStep).toBeGreaterThanOrEqual(15)
    expect(cells[9]?.run?.teacherId).toBe(cells[5]?.runId)
  })
})

describe('several trainers at once', () => {
  test('work on different cells, and a student still waits for its teacher', async () => {
    const core = temporaryCore()
    peer({ STEPS: 20, STEP_MS: 5 })
    await start(core)
    core.queue.setParallel(3)
    let most = 0
    const order: string[] = []
    await core.queue.work({
      started: (run) => order.push(`${run.name} ${run.seed}`),
      progress: () => void (most = Math.max(most, core.queue.running().length)),
    })
    expect(most).toBe(3)
    expect(order.indexOf('bi_encoder/VIRT 1')).toBeGreaterThan(2)
    const runs = core.store.runs.list()
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['completed']))
    for (const { teacherId, startedAt } of runs) {
      if (teacherId === null) continue
      expect(startedAt).toBeGreaterThanOrEqual(core.store.runs.get(teacherId).endedAt!)
    }
  })
})
