import { app, nativeTheme, session, shell, type BrowserWindow } from 'electron'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../../src-shared/contract/settings.ts'
import { createApi } from '../api/index.ts'
import { createCore } from '../core.ts'
import { openDataFolder } from '../data-folder.ts'
import { layout } from '../layout.ts'
import { declareScheme, handleScheme } from './app-protocol.ts'
import { exitOnDefects, offerReload } from './crash.ts'
import { pick, reveal } from './dialogs.ts'
import { serveRenderer } from './ipc.ts'
import { setMenu } from './menu.ts'
import { notifyOfEnds } from './notifications.ts'
import { keepAwake } from './power.ts'
import { showProgress } from './progress.ts'
import { handleQuit, stopOnSignals } from './quit.ts'
import { secureContents, secureSession } from './security.ts'
import { ensureSingleInstance } from './single-instance.ts'
import { textFor, type Text } from './text.ts'
import { followTraining } from './training.ts'
import { createTray } from './tray.ts'
import { createWindow, focusWindow } from './window.ts'

/**
 * The desktop app's start, in the order it happens. Only this file does something when it is loaded; each
 * of the others is one concern (docs/security.md, docs/packaging.md).
 *
 * Nothing is awaited at the top level: Electron is ready only once this module has been evaluated
 * (https://github.com/electron/electron/issues/40719).
 */

// Chromium's profile, the instance's lock and the window's state lie in the data folder: another data folder
// is another world, and may be open beside this one.
const dataFolder = openDataFolder(app.commandLine.getSwitchValue('data-dir') || undefined)
const ownFolder = join(dataFolder.root, 'window')
mkdirSync(ownFolder, { recursive: true })
app.setPath('userData', ownFolder)
// By which Windows knows whose notifications these are; as in electron-builder.yml.
app.setAppUserModelId('org.virtlab.desktop')

let text: Text = textFor('system', '')
const currentText = () => text
/** Until there is a window to bring to the front. */
let show: (path?: string) => void = () => undefined

exitOnDefects(join(ownFolder, 'crash-reports'), currentText)
if (ensureSingleInstance(() => show())) {
  app.enableSandbox()
  declareScheme()
  secureContents()
  offerReload(currentText)
  void app.whenReady().then(start)
} else {
  app.exit(0)
}

async function start(): Promise<void> {
  let window: BrowserWindow | undefined
  const currentWindow = () => window

  // The page's files, and the core's answers to it.
  secureSession(session.defaultSession)
  handleScheme(layout.renderer)
  const core = createCore({ dataFolder })
  const api = createApi(core, {
    kind: 'window',
    pick: (request) => pick(window, request, text),
    reveal: (path) => reveal(path, dataFolder.root),
  })
  serveRenderer(api)

  // What the desktop shows of the core.
  const training = await followTraining(api)
  keepAwake(training)
  showProgress(training, currentWindow)
  notifyOfEnds({
    api,
    text: currentText,
    isFocused: () => window?.isFocused() ?? false,
    open: (path) => show(path),
  })
  const tray = createTray({
    training,
    icon: join(layout.icons, 'tray.png'),
    text: currentText,
    open: () => show(),
    quit: () => void quitting.request(),
  })
  const quitting = handleQuit({
    training,
    text: currentText,
    onQuit: async () => (await api.call('settings.get', {})).onQuit,
    stopTraining: () => api.shutDown('checkpoint'),
    currentWindow,
    enterBackground() {
      tray.show()
      window?.destroy()
    },
    closeCore: () => core.close(),
  })
  stopOnSignals(quitting)

  // Menus and the window.
  const applySettings = ({ language, theme }: Pick<Settings, 'language' | 'theme'>) => {
    text = textFor(language, app.getLocale())
    nativeTheme.themeSource = theme
    setMenu({
      platform: process.platform,
      packaged: app.isPackaged,
      text,
      actions: {
        open: (path) => show(path),
        openPalette() {
          show()
          api.events.emit('window.command', { command: 'palette' })
        },
        showDataFolder: () => void shell.openPath(dataFolder.root),
      },
    })
  }
  api.subscribe('settings.changed', applySettings)
  applySettings(await api.call('settings.get', {}))

  show = (path) => {
    tray.hide()
    if (window) {
      if (path !== undefined) api.events.emit('window.command', { command: 'open', path })
      focusWindow(window)
      return
    }
    window = createWindow({ stateFolder: ownFolder, ...(path === undefined ? {} : { path }) })
    quitting.guard(window)
    window.on('closed', () => (window = undefined))
  }
  app.on('activate', () => show())
  show()
}
