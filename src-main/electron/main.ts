import { app, nativeTheme, session, shell, type BrowserWindow } from 'electron'
import { join } from 'node:path'
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
 */
let window: BrowserWindow | undefined
let text: Text = textFor('system', app.getLocale())
const currentText = () => text
const currentWindow = () => window

// Before Electron is ready. Chromium's profile, the instance's lock and the window's state lie in the data
// folder: another data folder is another world, and may be open beside this one.
const dataFolder = openDataFolder(app.commandLine.getSwitchValue('data-dir') || undefined)
const ownFolder = join(dataFolder.root, 'window')
app.setPath('userData', ownFolder)
exitOnDefects(join(ownFolder, 'crash-reports'), currentText)
if (!ensureSingleInstance(() => show())) app.exit(0)
app.enableSandbox()
declareScheme()
secureContents()
offerReload(currentText)
await app.whenReady()

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
api.subscribe('settings.changed', applySettings)
applySettings(await api.call('settings.get', {}))
app.on('activate', () => show())
show()

/** Brings the window to the front, or makes it; shows a route of the page if one is given. */
function show(path?: string): void {
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

function applySettings(settings: {
  language: 'system' | 'en' | 'zh'
  theme: 'system' | 'light' | 'dark'
}): void {
  text = textFor(settings.language, app.getLocale())
  nativeTheme.themeSource = settings.theme
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
