import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { app, BrowserWindow, ipcRenderer, Menu, protocol, session } from '../support/electron.ts'
import { temporaryFolder } from '../support/temporary.ts'

vi.mock('electron', () => import('../support/electron.ts'))

it('starts: the core behind IPC, the page under its own scheme, one window, and quits', async () => {
  const folder = temporaryFolder()
  app.switches.set('data-dir', folder)
  // As in Electron: ready once the main module has been evaluated, so nothing there may wait for it.
  const ready = Promise.withResolvers<void>()
  app.whenReady = () => ready.promise
  await import('../../src-main/electron/main.ts')
  expect(BrowserWindow.all.size).toBe(0)
  ready.resolve()
  await vi.waitFor(() => expect(BrowserWindow.all.size).toBe(1))

  expect(app.paths.get('userData')).toBe(join(folder, 'window'))
  expect(app.sandboxed).toBe(true)
  const installer = readFileSync(new URL('../../electron-builder.yml', import.meta.url), 'utf8')
  expect(installer).toContain(`appId: ${app.userModelId}\n`)
  expect([...protocol.handlers.keys()]).toEqual(['virtlab'])
  expect(session.defaultSession.devicePermission()).toBe(false)
  expect(Menu.current).toBeInstanceOf(Array)

  const [window] = [...BrowserWindow.all]
  expect(window!.url).toBe('virtlab://app/index.html#/')
  expect(await ipcRenderer.invoke('virtlab:call', 'app.info', {})).toMatchObject({
    ok: true,
    output: { shell: 'window', dataFolder: folder, runs: 0 },
  })

  app.emit('second-instance')
  expect(BrowserWindow.all.size).toBe(1)
  expect(window!.focused).toBe(true)

  await ipcRenderer.invoke('virtlab:call', 'settings.set', { language: 'zh' })
  expect(JSON.stringify(Menu.current)).toContain('命令面板')

  window!.close()
  await vi.waitFor(() => expect(app.exitCode).toBe(0))
  expect(existsSync(join(folder, 'window/window-state.json'))).toBe(true)
})
