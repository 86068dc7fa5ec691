import { expect, test } from 'vitest'
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
