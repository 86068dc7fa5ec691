import { expect, test } from 'vitest'
import type { CallInput } from '../../src-shared/contract/index.ts'
import { temporaryApi } from '../support/served.ts'

test('a suite is planned, started, seen in its table, and gone on with', async () => {
  const { core, api } = temporaryApi()
  const input = { preset: 'ablation', seeds: [1], options: { steps: 6 } }
  const plan = await api.call('suites.plan', input)
  expect(plan).toMatchObject({ name: 'ablation-demo', problems: [], runs: 5, reused: 0 })

  core.queue.setPaused(true)
  const changed: string[] = []
  api.subscribe('suite.changed', ({ ids }) => changed.push(...ids))
  const { id, queued } = await api.call('suites.start', input)
  expect(queued).toBe(5)
  await api.call('queue.resume', {})
  await expect
    .poll(async () => (await api.call('suites.get', { id })).states, { timeout: 60_000 })
    .toEqual({ completed: 5 })
  const suite = await api.call('suites.get', { id })
  expect(suite.groups[1]).toMatchObject({ name: 'full', levels: { variant: 'full' } })
  expect(suite.groups[1]?.spreads['dev/accuracy']).toMatchObject({ mean: 0.95, n: 1 })
  expect(suite.can).toEqual({ resume: false, retry: false, stop: false })
  expect(new Set(changed)).toEqual(new Set([id]))

  expect((await api.call('suites.plan', input)).existing?.id).toBe(id)
  expect(await api.call('suites.start', input)).toMatchObject({ id, isNew: false, queued: 0 })
  expect((await api.call('suites.list', {})).suites).toHaveLength(1)
})

test('what is wrong with a suite is told with its place, and nothing is started', async () => {
  const { core, api } = temporaryApi()
  const problemsOf = async (input: CallInput<'suites.plan'>) =>
    (await api.call('suites.plan', input)).problems.map(({ path, message, fix }) => [
      path,
      message,
      fix,
    ])
  expect(await problemsOf({ preset: 'ablation', options: { data: 'demmo' } })).toEqual([
    ['--data', 'there is no dataset "demmo"', 'Did you mean "demo"?'],
  ])
  expect(await problemsOf({ preset: 'ablation', set: ['training.epoch=2'] })).toEqual([
    [
      '--set training.epoch=2',
      'unknown setting "training.epoch"',
      'Did you mean "training.epochs"?',
    ],
  ])
  expect(await problemsOf({ yaml: 'runs: { a: { model: { typ: sbert } } }' })).not.toEqual([])
  await expect(
    api.call('suites.start', { preset: 'ablation', set: ['nonsense'] }),
  ).rejects.toMatchObject({ code: 'user', message: 'a setting is written path=value' })
  expect(core.store.suites.list()).toEqual([])
})

test('settings over every run are in every run', async () => {
  const { core, api } = temporaryApi()
  core.queue.setPaused(true)
  const { id } = await api.call('suites.start', {
    preset: 'ablation',
    seeds: [4],
    set: ['training.batchSize=8', 'model.dropout=0.25'],
  })
  const { groups, table, yaml } = await api.call('suites.get', { id })
  expect(yaml).toMatch(
    /^# --set training\.batchSize=8\n# --set model\.dropout=0\.25\nname: ablation-demo\n/,
  )
  expect(groups.map(({ name, teacher }) => [name, teacher])).toEqual([
    ['teacher', null],
    ['full', 'teacher'],
    ['without VIRT', null],
    ['without adapted interaction', 'teacher'],
    ['without both', null],
  ])
  expect(table).toMatchObject({ name: 'ablation', runs: { suites: [id] } })
  for (const { config } of core.store.runs.list()) {
    expect(config).toMatchObject({ training: { batchSize: 8, seed: 4 }, model: { dropout: 0.25 } })
  }
})
