import { beforeEach, describe, expect, it, vi } from 'vitest'
import { serveRenderer } from '../../src-main/electron/ipc.ts'
import {
  cancelable,
  FakeWebContents,
  ipcMain,
  ipcRenderer,
  resetElectron,
} from '../support/electron.ts'
import { addRun } from '../support/stored-run.ts'
import { windowApi } from './window-api.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)

const call = (name: string, input: unknown) => ipcRenderer.invoke('virtlab:call', name, input)

/** A page whose messages are answered by a core of its own. */
function page() {
  const { core, api } = windowApi()
  serveRenderer(api)
  return { core, events: api.events }
}

describe('a call', () => {
  it('reaches the core and comes back as data, typed arrays as they are', async () => {
    const { core } = page()
    const run = addRun(core.store)
    expect(await call('series.points', { run: run.id, key: 'loss/total' })).toEqual({
      ok: true,
      output: {
        step: new Float64Array(),
        value: new Float64Array(),
        time: new Float64Array(),
        total: 0,
      },
    })
    expect(await call('settings.get', {})).toMatchObject({ ok: true, output: { onQuit: 'ask' } })
  })

  it.each([
    ['of the wrong type', 'runs.get', { id: 5 }],
    ['with more than the contract has', 'runs.get', { id: 'a', extra: 1 }],
    ['that is missing', 'runs.get', undefined],
  ])('with an input %s is refused', async (_what, name, input) => {
    page()
    expect(await call(name, input)).toMatchObject({ ok: false, error: { code: 'invalid' } })
  })

  it.each(['runs.burn', 'toString', '__proto__'])(
    '%s, which is none, is not found',
    async (name) => {
      page()
      expect(await call(name, {})).toMatchObject({ ok: false, error: { code: 'not_found' } })
    },
  )

  it('that fails tells what and where, and how to mend it', async () => {
    page()
    expect(await call('runs.get', { id: 'gone' })).toMatchObject({
      ok: false,
      error: {
        code: 'not_found',
        message: expect.stringContaining('gone') as string,
        fix: expect.any(String) as string,
      },
    })
    expect(await call('fs.list', { path: '/no/such/folder' })).toEqual({
      ok: false,
      error: { code: 'user', message: 'there is no such folder', where: '/no/such/folder' },
    })
  })
})

describe('a sender', () => {
  const invokeAs = (sender: FakeWebContents, senderFrame: unknown) =>
    ipcMain.handlers.get('virtlab:call')!({ sender, senderFrame }, 'settings.get', {})

  it.each([
    'https://example.org/index.html',
    'file:///etc/passwd',
    'virtlab://elsewhere/index.html',
    'virtlab://app.example.org/',
    'about:blank',
    'not an address',
  ])('from %s is refused', (url) => {
    page()
    const sender = new FakeWebContents()
    sender.mainFrame = { url }
    expect(() => invokeAs(sender, sender.mainFrame)).toThrow('refused')
  })

  it('in a frame inside the page is refused, even one of our own origin', () => {
    page()
    const sender = new FakeWebContents()
    expect(() => invokeAs(sender, { url: 'virtlab://app/index.html' })).toThrow('refused')
    expect(() => invokeAs(sender, null)).toThrow('refused')
  })

  it('that is a stranger cannot subscribe', () => {
    const { events } = page()
    const sender = new FakeWebContents()
    sender.mainFrame = { url: 'https://example.org/' }
    ipcMain.emit('virtlab:subscribe', { sender, senderFrame: sender.mainFrame }, 'views.changed')
    events.emit('views.changed', {})
    expect(sender.sent).toEqual([])
  })
})

describe('events', () => {
  const points = {
    keys: ['loss/total'],
    keyIndex: Uint16Array.of(0),
    step: Float64Array.of(7),
    value: Float64Array.of(0.5),
    time: Float64Array.of(1),
  }
  const sent = () => ipcRenderer.sender.sent

  it('reach a page that has subscribed, until it has enough', () => {
    const { events } = page()
    events.emit('run.points', { runId: 'a', points })
    expect(sent()).toEqual([])

    ipcRenderer.send('virtlab:subscribe', 'run.points')
    events.emit('run.points', { runId: 'a', points })
    expect(sent()).toEqual([['virtlab:event', 'run.points', { runId: 'a', points }]])

    ipcRenderer.send('virtlab:unsubscribe', 'run.points')
    events.emit('run.points', { runId: 'a', points })
    expect(sent()).toHaveLength(1)
  })

  it('come once, however often a page subscribes', () => {
    const { events } = page()
    ipcRenderer.send('virtlab:subscribe', 'views.changed')
    ipcRenderer.send('virtlab:subscribe', 'views.changed')
    events.emit('views.changed', {})
    expect(sent()).toHaveLength(1)
  })

  it('that do not exist cannot be subscribed to', () => {
    page()
    expect(() => ipcRenderer.send('virtlab:subscribe', 'constructor')).not.toThrow()
    expect(() => ipcRenderer.send('virtlab:unsubscribe', 'run.secret')).not.toThrow()
    expect(sent()).toEqual([])
  })

  it('stop when the page is loaded anew or goes away, not when its route changes', () => {
    const { events } = page()
    const { sender } = ipcRenderer
    const navigate = (isSameDocument: boolean) =>
      sender.emit('did-start-navigation', { ...cancelable(), isMainFrame: true, isSameDocument })
    ipcRenderer.send('virtlab:subscribe', 'views.changed')
    navigate(true)
    events.emit('views.changed', {})
    expect(sent()).toHaveLength(1)
    navigate(false)
    events.emit('views.changed', {})
    expect(sent()).toHaveLength(1)

    ipcRenderer.send('virtlab:subscribe', 'views.changed')
    sender.emit('destroyed')
    events.emit('views.changed', {})
    expect(sent()).toHaveLength(1)
  })
})
