import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Api } from '../../src-main/api/index.ts'
import { temporaryApi } from '../support/served.ts'

afterEach(() => vi.unstubAllEnvs())

const slow = () => {
  vi.stubEnv('PEER_STEPS', '2000')
  vi.stubEnv('PEER_STEP_MS', '5')
}

const teacherAndStudents = `
name: test
defaults: { data: { dataset: demo } }
runs:
  teacher: { model: { type: cross_encoder } }
  bi: { model: { type: bi_encoder } }
  virt: { teacher: teacher, model: { type: virt_encoder }, distillation: { virt: {} } }
`

async function until(api: Api, what: (queue: Awaited<ReturnType<typeof list>>) => boolean) {
  await vi.waitUntil(async () => what(await list(api)), { timeout: 20_000, interval: 20 })
}
const list = (api: Api) => api.call('queue.list', {})
const names = (items: { run: { name: string } }[]) => items.map(({ run }) => run.name)
const idle = ({ running, waiting }: Awaited<ReturnType<typeof list>>) =>
  running.length + waiting.length === 0

describe('the queue, as a page works with it', () => {
  test('trains a recipe in order; runs that are added meanwhile follow', async () => {
    const { api, core } = temporaryApi()
    const ended: string[] = []
    api.subscribe('run.changed', ({ ids, what }) => {
      for (const id of ids) {
        const { status, name } = core.store.runs.get(id)
        if (what === 'status' && status === 'completed') ended.push(name)
      }
    })
    await api.call('train.start', { yaml: teacherAndStudents })
    await api.call('train.start', { yaml: teacherAndStudents.replace('bi:', 'later:') })
    await until(api, idle)
    expect([...new Set(ended)]).toEqual(['teacher', 'bi', 'virt', 'later'])
    const { recent } = await list(api)
    expect(recent).toHaveLength(6)
    expect(new Set(recent.map(({ run }) => run.status))).toEqual(new Set(['completed']))
  })

  test('trains as many at once as the settings say, also from now on', async () => {
    slow()
    const { api } = temporaryApi()
    const independent = teacherAndStudents.replace(/ {2}virt:.*\n/, '')
    await api.call('train.start', { yaml: independent })
    await until(api, ({ running }) => running.length === 1)
    expect(names((await list(api)).waiting)).toEqual(['bi'])
    await api.call('settings.set', { trainers: 2 })
    await until(api, ({ running }) => running.length === 2)
    for (const { run } of (await list(api)).running) await api.call('runs.stop', { id: run.id })
    await until(api, idle)
  })

  test('paused, it starts nothing; waiting runs can be moved and taken out', async () => {
    const { api } = temporaryApi()
    await api.call('queue.pause', {})
    const { runs } = await api.call('train.start', { yaml: teacherAndStudents })
    const [teacher, bi, virt] = runs as [string, string, string]
    const before = await list(api)
    expect(before).toMatchObject({ paused: true, running: [] })
    expect(
      before.waiting.map(({ position, blocked, dependsOn }) => [
        position,
        blocked,
        dependsOn?.name,
      ]),
    ).toEqual([
      [1, null, undefined],
      [2, null, undefined],
      [3, 'teacher_waiting', 'teacher'],
    ])

    await api.call('queue.reorder', { runs: [bi, teacher, virt] })
    expect(names((await list(api)).waiting)).toEqual(['bi', 'teacher', 'virt'])
    await expect(api.call('queue.reorder', { runs: [virt, bi, teacher] })).rejects.toMatchObject({
      code: 'user',
      message: '"virt" would come before its teacher',
    })
    expect(names((await list(api)).waiting)).toEqual(['bi', 'teacher', 'virt'])

    // Without its teacher a student cannot be trained.
    const { cancelled } = await api.call('queue.cancel', { runs: [teacher] })
    expect(cancelled).toEqual([teacher, virt])
    await api.call('queue.resume', {})
    await until(api, idle)
    const statusOf = async (id: string) => (await api.call('runs.get', { id })).record.status
    expect(await Promise.all(runs.map(statusOf))).toEqual(['stopped', 'completed', 'stopped'])
  })

  test('a running run is stopped with a checkpoint, the next one starts, and it can go on', async () => {
    slow()
    const { api } = temporaryApi()
    const { runs } = await api.call('train.start', { yaml: teacherAndStudents })
    const [teacher, bi] = runs as [string, string, string]
    const progressed = new Promise<void>((resolve) => {
      api.subscribe('run.progress', ({ step }) => step > 5 && resolve())
    })
    await progressed
    expect((await api.call('runs.get', { id: teacher })).can).toEqual({
      stop: true,
      resume: false,
      cancel: false,
      delete: false,
    })
    await expect(api.call('runs.delete', { ids: [teacher] })).rejects.toMatchObject({
      code: 'user',
    })
    await api.call('runs.stop', { id: teacher })
    await until(api, ({ running }) => running[0]?.run.id === bi)
    const stopped = await api.call('runs.get', { id: teacher })
    expect(stopped.record.status).toBe('stopped')
    expect(stopped.can).toMatchObject({ stop: false, resume: true })

    vi.unstubAllEnvs()
    await api.call('runs.stop', { id: bi, kill: true })
    const { resumeStep } = await api.call('runs.resume', { id: teacher })
    expect(resumeStep).toBeGreaterThan(5)
    await until(api, idle)
    // The peer has 20 steps to do by default, and it is behind them already.
    expect((await api.call('runs.get', { id: teacher })).record.status).toBe('completed')
  })

  test('a completed teacher is used again instead of being trained anew', async () => {
    const { api, core } = temporaryApi()
    const first = await api.call('train.start', { yaml: teacherAndStudents })
    await until(api, idle)
    const [teacher] = first.runs as [string]
    const reuse = { teacher }
    const plan = await api.call('train.plan', { yaml: teacherAndStudents, reuse })
    expect(plan.runs.map(({ name }) => name)).toEqual(['bi', 'virt'])
    const second = await api.call('train.start', { yaml: teacherAndStudents, reuse })
    await until(api, idle)
    expect(second.runs).toHaveLength(2)
    const virt = core.store.runs.get(second.runs[1]!)
    expect(virt).toMatchObject({ name: 'virt', teacherId: teacher, status: 'completed' })
    const detail = await api.call('runs.get', { id: teacher })
    expect(detail.students).toHaveLength(2)
    await expect(
      api.call('train.start', { yaml: teacherAndStudents, reuse: { nobody: teacher } }),
    ).rejects.toMatchObject({ message: 'the recipe has no run "nobody"' })
  })

  test('shutting down writes a checkpoint and leaves the waiting ones for later', async () => {
    slow()
    const { api, core } = temporaryApi()
    const { runs } = await api.call('train.start', { yaml: teacherAndStudents })
    await new Promise<void>((resolve) => {
      api.subscribe('run.progress', ({ step }) => step > 5 && resolve())
    })
    await api.shutDown('checkpoint')
    expect(runs.map((id) => core.store.runs.get(id).status)).toEqual([
      'stopped',
      'stopped',
      'stopped',
    ])
    const { checkpoints } = await api.call('runs.checkpoints', { id: runs[0]! })
    expect(checkpoints[0]).toMatchObject({ onDisk: true, kind: 'best' })
  })
})
