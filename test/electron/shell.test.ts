import type { BrowserWindow as ElectronWindow, MenuItemConstructorOptions } from 'electron'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { exitOnDefects, offerReload, writeReport } from '../../src-main/electron/crash.ts'
import { pick, reveal } from '../../src-main/electron/dialogs.ts'
import { menuTemplate } from '../../src-main/electron/menu.ts'
import { ensureSingleInstance } from '../../src-main/electron/single-instance.ts'
import { textFor } from '../../src-main/electron/text.ts'
import {
  app,
  BrowserWindow,
  dialog,
  FakeWebContents,
  resetElectron,
  shell,
} from '../support/electron.ts'
import { temporaryFolder } from '../support/temporary.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)
const english = textFor('en', '')

describe('native dialogs', () => {
  const window = () => new BrowserWindow() as unknown as ElectronWindow

  it('choose a file of the kinds that were asked for', async () => {
    dialog.chosen = '/data/train.tsv'
    const filters = [{ name: 'Tables', extensions: ['tsv', 'csv'] }]
    expect(await pick(window(), { kind: 'file', startIn: '/data', filters }, english)).toBe(
      '/data/train.tsv',
    )
    expect(dialog.asked).toEqual([
      {
        title: 'Choose a File',
        buttonLabel: 'Choose',
        defaultPath: '/data',
        filters,
        properties: ['openFile'],
      },
    ])
  })

  it('choose folders, and places to save to', async () => {
    dialog.chosen = '/models/bert'
    expect(
      await pick(window(), { kind: 'folder', title: 'BERT folder', filters: [] }, english),
    ).toBe('/models/bert')
    expect(
      await pick(undefined, { kind: 'save', suggestedName: 'runs.csv', filters: [] }, english),
    ).toBe('/models/bert')
    expect(dialog.asked).toEqual([
      { title: 'BERT folder', buttonLabel: 'Choose', properties: ['openDirectory'] },
      { title: 'Save As', defaultPath: 'runs.csv', filters: [] },
    ])
  })

  it.each(['file', 'folder', 'save'] as const)(
    'closed without a choice (%s) give null',
    async (kind) => {
      expect(await pick(window(), { kind, filters: [] }, english)).toBeNull()
    },
  )

  it('show what lies in the data folder, and nothing else', () => {
    reveal('/home/u/virtlab/runs/a', '/home/u/virtlab')
    expect(shell.shown).toEqual(['/home/u/virtlab/runs/a'])
    for (const path of ['/etc/passwd', '/home/u/virtlab/../.ssh', '/home/u/virtlab-old']) {
      expect(() => reveal(path, '/home/u/virtlab')).toThrow('only what lies in the data folder')
    }
    expect(shell.shown).toHaveLength(1)
  })
})

describe('the menu', () => {
  const did: string[] = []
  const template = (platform: NodeJS.Platform, packaged = true) =>
    menuTemplate({
      platform,
      packaged,
      text: english,
      actions: {
        open: (path) => did.push(path),
        openPalette: () => did.push('palette'),
        showDataFolder: () => did.push('folder'),
      },
    })
  /** Every item, those of submenus too. */
  const items = (menus: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    menus.flatMap((menu) => [menu, ...items((menu.submenu as MenuItemConstructorOptions[]) ?? [])])

  it.each(['darwin', 'win32', 'linux'] as const)(
    'of %s has editing, settings and quitting, each once',
    (platform) => {
      const roles = items(template(platform)).map(({ role }) => role)
      for (const role of ['editMenu', 'windowMenu', 'quit', 'about', 'togglefullscreen'] as const) {
        expect([role, roles.filter((one) => one === role).length]).toEqual([role, 1])
      }
      expect(items(template(platform)).filter(({ label }) => label === 'Settings…')).toHaveLength(1)
      expect(template(platform)[0]!.role).toBe(platform === 'darwin' ? 'appMenu' : undefined)
    },
  )

  it('opens pages, the palette and the data folder', () => {
    for (const { click } of items(template('linux'))) (click as (() => void) | undefined)?.()
    expect(did).toEqual([
      '/new',
      'folder',
      '/settings',
      'palette',
      '/',
      '/runs',
      '/compare',
      '/attention',
      '/queue',
    ])
  })

  it('gives no key twice', () => {
    const keys = items(template('linux')).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toContain('CmdOrCtrl+N')
  })

  it('has the inspector in development only', () => {
    const has = (packaged: boolean) =>
      items(template('linux', packaged)).some(({ role }) => role === 'toggleDevTools')
    expect([has(true), has(false)]).toEqual([false, true])
  })

  it('opens routes that the renderer has', () => {
    const router = readFileSync(new URL('../../src-renderer/router.ts', import.meta.url), 'utf8')
    for (const path of did.filter((one) => one.startsWith('/'))) {
      expect(router).toContain(`path: '${path}'`)
    }
  })

  it('speaks the language of the settings, else the system’s', () => {
    expect(textFor('system', 'zh-CN').queue).toBe('队列')
    expect(textFor('system', 'de').queue).toBe('Queue')
    expect(textFor('en', 'zh-CN').queue).toBe('Queue')
  })
})

describe('a second instance', () => {
  it('hands over to the first and ends', () => {
    let shown = 0
    expect(ensureSingleInstance(() => shown++)).toBe(true)
    app.emit('second-instance')
    expect(shown).toBe(1)
    app.lockTaken = true
    expect(ensureSingleInstance(() => shown++)).toBe(false)
  })
})

describe('a defect', () => {
  it('leaves a report with the stack and the versions', () => {
    const folder = join(temporaryFolder(), 'crash-reports')
    const path = writeReport(
      folder,
      new RangeError('index 7'),
      new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    )
    expect(path).toBe(join(folder, 'crash-2026-01-02T03-04-05.000Z.txt'))
    const report = readFileSync(path, 'utf8')
    expect(report).toContain('Virtlab 1.2.3')
    expect(report).toContain('RangeError: index 7\n    at ')
  })

  it('is told of once, then the app ends', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const before = new Set(process.listeners('uncaughtException'))
    exitOnDefects(temporaryFolder(), () => english)
    const [crash] = process.listeners('uncaughtException').filter((one) => !before.has(one))
    process.off('uncaughtException', crash!)
    process.off('unhandledRejection', process.listeners('unhandledRejection').at(-1)!)

    crash!(new Error('first'), 'uncaughtException')
    crash!(new Error('second'), 'uncaughtException')
    expect(dialog.asked).toHaveLength(1)
    expect(dialog.asked[0]!['detail']).toContain('crash-')
    expect(shell.shown).toHaveLength(1) // the fake answers with the first button: Show Report
    expect(app.exitCode).toBe(1)
    log.mockRestore()
  })

  it('of the page alone offers to load it again', async () => {
    offerReload(() => english)
    const contents = new FakeWebContents()
    app.emit('render-process-gone', {}, contents, { reason: 'clean-exit' })
    expect(dialog.asked).toEqual([])
    app.emit('render-process-gone', {}, contents, { reason: 'oom' })
    await vi.waitFor(() => expect(contents.reloads).toBe(1))
  })
})
