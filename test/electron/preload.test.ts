import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveRenderer } from '../../src-main/electron/ipc.ts'
import type { WindowBridge } from '../../src-shared/window-bridge.ts'
import { contextBridge, ipcRenderer, resetElectron } from '../support/electron.ts'
import { windowApi } from './window-api.ts'

vi.mock('electron', () => import('../support/electron.ts'))

const exposed = new Map<string, unknown>()
let bridge: WindowBridge
beforeAll(async () => {
  await import('../../src-main/electron/preload.ts')
  for (const [name, api] of contextBridge.exposed) exposed.set(name, api)
  bridge = exposed.get('virtlab') as WindowBridge
})
beforeEach(() => {
  // The preload script listens once and for all; what else there was is forgotten.
  const push = ipcRenderer.listeners('virtlab:event') as (() => void)[]
  resetElectron()
  for (const listener of push) ipcRenderer.on('virtlab:event', listener)
})

/** What the main process has sent arrives at the page. */
function deliver(): void {
  for (const [channel, ...args] of ipcRenderer.sender.sent.splice(0)) {
    ipcRenderer.emit(channel as string, {}, ...args)
  }
}

describe('what the page sees of Electron', () => {
  it('is `virtlab` with call and subscribe, and nothing else', () => {
    expect([...exposed.keys()]).toEqual(['virtlab'])
    expect(Object.keys(bridge)).toEqual(['call', 'subscribe'])
  })

  it('calls through to the core; errors come back as data', async () => {
    serveRenderer(windowApi().api)
    expect(await bridge.call('views.list', {})).toEqual({ ok: true, output: { views: [] } })
    expect(await bridge.call('runs.get', { id: 'gone' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    })
  })

  it('delivers events to every listener, and ends the subscription with the last', () => {
    const { api } = windowApi()
    serveRenderer(api)
    const heard: string[] = []
    const listener = ({ runId }: { runId: string }) => void heard.push(runId)
    const endFirst = bridge.subscribe('run.predictions', listener)
    const endSecond = bridge.subscribe('run.predictions', listener)

    api.events.emit('run.predictions', { runId: 'a' })
    deliver()
    expect(heard).toEqual(['a', 'a'])

    endFirst()
    endFirst()
    api.events.emit('run.predictions', { runId: 'b' })
    deliver()
    expect(heard).toEqual(['a', 'a', 'b'])

    endSecond()
    api.events.emit('run.predictions', { runId: 'c' })
    expect(ipcRenderer.sender.sent).toEqual([])
  })
})
