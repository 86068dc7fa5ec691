import { BrowserWindow, nativeTheme, screen } from 'electron'
import { join } from 'node:path'
import { layout } from '../layout.ts'
import { origin } from './app-origin.ts'
import { webPreferences } from './security.ts'
import {
  minimumSize,
  placeWindow,
  readWindowState,
  writeWindowState,
  type Rectangle,
} from './window-state.ts'

/** Moving a window tells of itself sixty times a second. */
const saveAfterMs = 500

/** Opens the window where it was left, and remembers where it is left. */
export function createWindow(options: {
  /** Folder for window-state.json. */
  stateFolder: string
  /** Route to open, e.g. `/queue`. */
  path?: string
}): BrowserWindow {
  const statePath = join(options.stateFolder, 'window-state.json')
  const saved = readWindowState(statePath)
  const window = new BrowserWindow({
    ...placeWindow(saved, workAreas()),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Virtlab',
    // The page's --bg of src-renderer/styles/tokens.css, until it is painted.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e0f12' : '#f7f7f8',
    // Shown once there is something to see: no white flash.
    show: false,
    webPreferences: webPreferences(layout.preload),
  })
  if (saved?.maximized) window.maximize()
  if (saved?.fullScreen) window.setFullScreen(true)
  window.once('ready-to-show', () => window.show())
  remember(window, statePath)
  void window.loadURL(pageUrl(options.path))
  return window
}

/** Brings a window to the front, whatever state it is in. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  if (!window.isVisible()) window.show()
  window.focus()
}

/** The renderer's router keeps its route behind the hash, as the served app does. */
export const pageUrl = (path = '/'): string => `${origin}/index.html#${path}`

function workAreas(): [Rectangle, ...Rectangle[]] {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  return [primary.workArea, ...others.map(({ workArea }) => workArea)]
}

function remember(window: BrowserWindow, statePath: string): void {
  let timer: NodeJS.Timeout | undefined
  const save = () => {
    clearTimeout(timer)
    writeWindowState(statePath, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
    })
  }
  const saveSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!window.isDestroyed()) save()
    }, saveAfterMs)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('maximize', saveSoon)
  window.on('unmaximize', saveSoon)
  window.on('close', save)
}
