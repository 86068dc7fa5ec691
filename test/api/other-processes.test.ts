import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EventName } from '../../src-shared/contract/index.ts'
import type { Api } from '../../src-main/api/index.ts'
import { temporaryApi } from '../support/served.ts'

const coreProcess = fileURLToPath(new URL('../support/core-process.ts', import.meta.url))

/** A second Virtlab, a process of its own, that trains one run in this data folder. */
function trainElsewhere(dataFolder: string, env: Record<string, string>) {
  const child = fork(coreProcess, [dataFolder], {
    env: { ...process.env, ...env },
    silent: true,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Every event that comes, by name. */
function listen(api: Api) {
  const heard = new Map<EventName, unknown[]>()
  const stop = api.events.subscribeAll((event, payload) => {
    heard.set(event, [...(heard.get(event) ?? []), payload])
  })
  return { stop, of: (event: EventName) => heard.get(event) ?? [] }
}

const within = { timeout: 20_000, interval: 20 }

test('what another process trains comes as if it were trained here', async () => {
  const { core, api } = temporaryApi()
  const heard = listen(api)
  const steps: number[] = []
  api.subscribe('run.points', ({ points: { keys, keyIndex, step } }) =>
    steps.push(...step.filter((_, i) => keys[keyIndex[i] ?? -1] === 'train/loss')),
  )
  const child = trainElsewhere(core.folder.root, { PEER_STEPS: '400', PEER_STEP_MS: '10' })

  await vi.waitUntil(() => steps.length > 20, within)
  const [id] = core.store.runs.list().map((run) => run.id)
  expect(heard.of('run.changed')).toContainEqual({ ids: [id], what: 'created' })
  expect(heard.of('queue.changed').at(-1)).toMatchObject({ running: [], elsewhere: [id] })
  const { running } = await api.call('queue.list', {})
  expect(running.map(({ state, run }) => [state, run.id])).toEqual([['elsewhere', id]])
  expect(running[0]?.progress?.step).toBeGreaterThan(0)

  await once(child, 'exit')
  await vi.waitUntil(() => core.store.runs.get(id!).status === 'completed', within)
  await vi.waitUntil(
    () => JSON.stringify(heard.of('queue.changed').at(-1)).includes('"elsewhere":[]'),
    within,
  )
  // Every point once, none left out.
  const stored = core.store.series.points(core.store.runs.get(id!).key, 'train/loss')
  expect(steps).toEqual([...stored.step])
  expect(heard.of('run.progress').at(-1)).toMatchObject({ runId: id, step: stored.step.at(-1) })
  expect(heard.of('run.logs')).not.toEqual([])
})

test('a killed process’s run is told of as crashed without a restart', async () => {
  const { core, api } = temporaryApi()
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const heard = listen(api)
  const child = trainElsewhere(core.folder.root, { PEER_STEPS: '2000', PEER_STEP_MS: '10' })
  await vi.waitUntil(() => heard.of('run.points').length > 0, within)
  child.kill('SIGKILL')
  await once(child, 'exit')
  vi.setSystemTime(Date.now() + 60_000)
  const [run] = core.store.runs.list()
  await vi.waitUntil(() => core.store.runs.get(run!.id).status === 'crashed', within)
  await vi.waitUntil(
    () => JSON.stringify(heard.of('queue.changed').at(-1)).includes('"elsewhere":[]'),
    within,
  )
})

test('what another process has taken and not begun is counted, not shown as running', async () => {
  const { core, api } = temporaryApi()
  const listed = () => api.call('queue.list', {})
  trainElsewhere(core.folder.root, { CORE_RUNS: '3', PEER_STEPS: '2000', PEER_STEP_MS: '10' })
  await vi.waitUntil(async () => (await listed()).running.length > 0, within)
  await vi.waitUntil(() => core.store.runs.list().length === 3, within)
  expect(await listed()).toMatchObject({ waiting: [], waitingElsewhere: 2 })
  expect((await listed()).running).toHaveLength(1)
})

test('what happened while nobody listened is not told afterwards', async () => {
  const { core, api } = temporaryApi()
  const child = trainElsewhere(core.folder.root, { PEER_STEPS: '20' })
  await once(child, 'exit')
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const heard = listen(api)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(heard.of('run.points')).toEqual([])
})
