import type { BrowserWindow as ElectronWindow } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { messageOf, notifyOfEnds } from '../../src-main/electron/notifications.ts'
import { keepAwake } from '../../src-main/electron/power.ts'
import { showProgress } from '../../src-main/electron/progress.ts'
import { textFor } from '../../src-main/electron/text.ts'
import { followTraining } from '../../src-main/electron/training.ts'
import { createTray } from '../../src-main/electron/tray.ts'
import type { RunStatus } from '../../src-shared/run-record.ts'
import {
  BrowserWindow,
  Notification,
  powerSaveBlocker,
  resetElectron,
  Tray,
} from '../support/electron.ts'
import { addRun } from '../support/stored-run.ts'
import { windowApi } from './window-api.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)

const english = textFor('en', '')
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

/** A core whose queue the test plays. */
async function training() {
  const { core, api } = windowApi()
  const followed = await followTraining(api)
  return {
    core,
    api,
    followed,
    trains: (...running: string[]) =>
      api.events.emit('queue.changed', {
        paused: false,
        running,
        waiting: [],
        elsewhere: [],
      }),
    step: (runId: string, step: number, totalSteps = 100) =>
      api.events.emit('run.progress', {
        type: 'progress',
        runId,
        phase: 'training',
        step,
        totalSteps,
        epoch: 0,
        loss: null,
        devMetric: null,
        stepsPerSecond: null,
        etaSeconds: null,
      }),
  }
}

describe('while something is being trained', () => {
  it('the machine does not fall asleep, afterwards it may', async () => {
    const { followed, trains } = await training()
    keepAwake(followed)
    expect(powerSaveBlocker.active.size).toBe(0)
    trains('a')
    trains('a', 'b')
    expect([...powerSaveBlocker.active.values()]).toEqual(['prevent-app-suspension'])
    trains()
    expect(powerSaveBlocker.active.size).toBe(0)
  })

  it('the task bar shows how far it is', async () => {
    const { followed, trains, step } = await training()
    const window = new BrowserWindow()
    showProgress(followed, () => window as unknown as ElectronWindow)
    expect(window.progress).toEqual([])
    trains('a')
    step('a', 0, 0)
    expect(window.progress).toEqual([2]) // a bar without a length
    step('a', 50)
    step('a', 50.1)
    step('a', 51)
    expect(window.progress).toEqual([2, 0.5, 0.51])
    trains()
    expect(window.progress.at(-1)).toBe(-1)
  })

  it('several runs are one bar, and one that has ended does not count', async () => {
    const { followed, trains, step } = await training()
    trains('a', 'b')
    step('a', 100)
    step('b', 50)
    expect(followed.state.fraction).toBe(0.75)
    trains('b')
    expect(followed.state).toEqual({ paused: false, running: ['b'], waiting: [], fraction: 0.5 })
  })

  it('an app without a window has an icon in the tray that opens and quits it', async () => {
    const { followed, trains, step } = await training()
    const did: string[] = []
    const tray = createTray({
      training: followed,
      icon: 'tray.png',
      text: () => english,
      open: () => did.push('open'),
      quit: () => did.push('quit'),
    })
    expect(Tray.current).toBeUndefined()
    tray.show()
    expect(Tray.current?.toolTip).toBe('Virtlab: Nothing is being trained')
    trains('a')
    step('a', 42)
    expect(Tray.current?.toolTip).toBe('Virtlab: Training 1 run, 42 %')
    for (const { click } of Tray.current!.menu) click?.()
    expect(did).toEqual(['open', 'quit'])
    tray.hide()
    expect(Tray.current).toBeUndefined()
  })
})

describe('at the end of a run', () => {
  /** Emits what the core tells of a run that ended so. */
  async function ends(
    status: RunStatus,
    options: { focused?: boolean; notifications?: boolean } = {},
  ) {
    const { core, api } = await training()
    const opened: string[] = []
    notifyOfEnds({
      api,
      text: () => english,
      isFocused: () => options.focused ?? false,
      open: (path) => opened.push(path),
    })
    if (options.notifications === false) await api.call('settings.set', { notifications: false })
    const run = addRun(core.store, { name: 'virt', seed: 3 })
    core.store.runs.setStatus(run.id, 'running')
    if (status !== 'running') core.store.runs.setStatus(run.id, status)
    const tell = () => api.events.emit('run.changed', { ids: [run.id], what: 'status' })
    tell()
    await settle()
    return { run, opened, tell }
  }

  it('the user is told, and a click opens the run', async () => {
    const { run, opened } = await ends('completed')
    expect(Notification.shown).toHaveLength(1)
    expect(Notification.shown[0]!.message).toEqual({
      title: 'virt, seed 3 is trained',
      body: 'After 0:00',
    })
    Notification.shown[0]!.emit('click')
    expect(opened).toEqual([`/run/${run.id}`])
  })

  it('is told of once, though its status is told of again', async () => {
    const { tell } = await ends('failed')
    tell()
    await settle()
    expect(Notification.shown).toHaveLength(1)
  })

  it.each([
    ['it has not ended', 'running', {}],
    ['the window is in front', 'completed', { focused: true }],
    ['the user has switched it off', 'completed', { notifications: false }],
  ] as const)('nothing is shown when %s', async (_why, status, options) => {
    await ends(status, options)
    expect(Notification.shown).toEqual([])
  })

  it('says what went wrong, and how long it took', () => {
    const run = { name: 'teacher', seed: 1, startedAt: 0, endedAt: 3_725_000, error: null }
    const error = { message: 'the loss is not a number' }
    expect(messageOf({ ...run, status: 'failed', error }, english)).toEqual({
      title: 'teacher, seed 1 failed',
      body: 'the loss is not a number',
    })
    expect(messageOf({ ...run, status: 'stopped' }, english)?.body).toBe('After 1:02:05')
    expect(messageOf({ ...run, status: 'stopped', startedAt: null }, english)).toBeUndefined()
    expect(messageOf({ ...run, status: 'completed' }, textFor('zh', ''))?.title).toBe(
      'teacher, seed 1 训练完成',
    )
  })
})
