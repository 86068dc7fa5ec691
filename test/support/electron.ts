import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'

/**
 * As much of Electron's API as the shell uses, without a window: what is called is noted, what Electron
 * would tell is emitted by the test. Stand-in for the module `electron`:
 *
 *     vi.mock('electron', () => import('../support/electron.ts'))
 */

class FakeApp extends EventEmitter {
  ready = true
  lockTaken = false
  exitCode: number | undefined
  quitCalls = 0
  requestSingleInstanceLock = () => !this.lockTaken
  isReady = () => this.ready
  isPackaged = false
  sandboxed = false
  userModelId = ''
  locale = 'en-GB'
  switches = new Map<string, string>()
  paths = new Map<string, string>()
  commandLine = { getSwitchValue: (name: string) => this.switches.get(name) ?? '' }
  whenReady = async () => await Promise.resolve()
  getLocale = () => this.locale
  getVersion = () => '1.2.3'
  setAppUserModelId = (id: string) => void (this.userModelId = id)
  setPath(name: string, path: string) {
    if (!existsSync(path)) throw new Error(`${path} does not exist`)
    this.paths.set(name, path)
  }
  enableSandbox() {
    this.sandboxed = true
  }
  exit(code: number) {
    this.exitCode = code
  }
  /** As Electron does: asks `before-quit`, then closes every window; ends when all of them let go. */
  quit() {
    this.quitCalls++
    const event = cancelable()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    for (const window of [...BrowserWindow.all]) window.close()
    if (BrowserWindow.all.size === 0) this.exitCode = 0
  }
}

export const app = new FakeApp()

export interface Cancelable {
  defaultPrevented: boolean
  preventDefault(): void
  url: string
}

export function cancelable(url = ''): Cancelable {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true
    },
    url,
  }
}

export class FakeWebContents extends EventEmitter {
  mainFrame = { url: 'virtlab://app/index.html' }
  sent: unknown[][] = []
  destroyed = false
  reloads = 0
  openHandler: ((details: { url: string }) => { action: string }) | undefined
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.openHandler = handler
  }
  getURL = () => this.mainFrame.url
  isDestroyed = () => this.destroyed
  send(...message: unknown[]) {
    this.sent.push(message)
  }
  reload() {
    this.reloads++
  }
}

interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export class BrowserWindow extends EventEmitter {
  static all = new Set<BrowserWindow>()
  webContents = new FakeWebContents()
  url = ''
  title = ''
  visible = false
  focused = false
  minimized = false
  maximized = false
  fullScreen = false
  destroyed = false
  bounds: Rectangle
  progress: number[] = []
  readonly options: Record<string, unknown>

  constructor(options: Record<string, unknown> & Partial<Rectangle> = {}) {
    super()
    this.options = options
    const { x = 0, y = 0, width = 800, height = 600 } = options
    this.bounds = { x, y, width, height }
    BrowserWindow.all.add(this)
  }
  async loadURL(url: string) {
    this.url = url
    await Promise.resolve()
  }
  show() {
    this.visible = true
  }
  focus() {
    this.focused = true
  }
  restore() {
    this.minimized = false
  }
  maximize() {
    this.maximized = true
  }
  setFullScreen(on: boolean) {
    this.fullScreen = on
  }
  setTitle(title: string) {
    this.title = title
  }
  setProgressBar(value: number) {
    this.progress.push(value)
  }
  isVisible = () => this.visible
  isFocused = () => this.focused
  isMinimized = () => this.minimized
  isMaximized = () => this.maximized
  isFullScreen = () => this.fullScreen
  isDestroyed = () => this.destroyed
  getNormalBounds = () => this.bounds
  close() {
    const event = cancelable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy() {
    this.destroyed = true
    BrowserWindow.all.delete(this)
    this.emit('closed')
    if (BrowserWindow.all.size === 0) app.emit('window-all-closed')
  }
}

type IpcHandler = (event: unknown, ...args: unknown[]) => unknown

class FakeIpcMain extends EventEmitter {
  handlers = new Map<string, IpcHandler>()
  handle(channel: string, handler: IpcHandler) {
    if (this.handlers.has(channel)) throw new Error(`a second handler for ${channel}`)
    this.handlers.set(channel, handler)
  }
}

export const ipcMain = new FakeIpcMain()

/** The page's end: what it invokes and sends reaches ipcMain as from this sender. */
export const ipcRenderer = Object.assign(new EventEmitter(), {
  sender: new FakeWebContents(),
  async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    const { sender } = ipcRenderer
    const handler = ipcMain.handlers.get(channel)
    if (!handler) throw new Error(`no handler for ${channel}`)
    return await handler({ sender, senderFrame: sender.mainFrame }, ...structuredClone(args))
  },
  send(channel: string, ...args: unknown[]) {
    const { sender } = ipcRenderer
    ipcMain.emit(channel, { sender, senderFrame: sender.mainFrame }, ...structuredClone(args))
  },
})

export const contextBridge = {
  exposed: new Map<string, unknown>(),
  exposeInMainWorld(name: string, api: unknown) {
    contextBridge.exposed.set(name, api)
  },
}

export const screen = {
  displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  getPrimaryDisplay: () => screen.displays[0]!,
  getAllDisplays: () => screen.displays,
}

/** Answers of dialogs, set by the test; what was asked is noted. */
export const dialog = {
  response: 0,
  chosen: undefined as string | undefined,
  asked: [] as Record<string, unknown>[],
  async showMessageBox(...args: unknown[]) {
    dialog.asked.push(args.at(-1) as Record<string, unknown>)
    return await Promise.resolve({ response: dialog.response })
  },
  showMessageBoxSync(options: Record<string, unknown>) {
    dialog.asked.push(options)
    return dialog.response
  },
  async showOpenDialog(...args: unknown[]) {
    dialog.asked.push(args.at(-1) as Record<string, unknown>)
    const { chosen } = dialog
    return await Promise.resolve({
      canceled: chosen === undefined,
      filePaths: chosen === undefined ? [] : [chosen],
    })
  },
  async showSaveDialog(...args: unknown[]) {
    dialog.asked.push(args.at(-1) as Record<string, unknown>)
    return await Promise.resolve({
      canceled: dialog.chosen === undefined,
      filePath: dialog.chosen ?? '',
    })
  },
}

export const shell = {
  opened: [] as string[],
  shown: [] as string[],
  async openPath(path: string) {
    shell.shown.push(path)
    return await Promise.resolve('')
  },
  async openExternal(url: string) {
    shell.opened.push(url)
    await Promise.resolve()
  },
  showItemInFolder(path: string) {
    shell.shown.push(path)
  },
}

export class Notification extends EventEmitter {
  static shown: Notification[] = []
  static isSupported = () => true
  readonly message: { title: string; body: string }
  constructor(message: { title: string; body: string }) {
    super()
    this.message = message
  }
  show() {
    Notification.shown.push(this)
  }
}

export const powerSaveBlocker = {
  active: new Map<number, string>(),
  started: 0,
  start(type: string) {
    powerSaveBlocker.active.set(++powerSaveBlocker.started, type)
    return powerSaveBlocker.started
  },
  stop(id: number) {
    powerSaveBlocker.active.delete(id)
  },
}

export const protocol = {
  privileged: [] as unknown[],
  handlers: new Map<string, (request: Request) => Promise<Response>>(),
  registerSchemesAsPrivileged(schemes: unknown[]) {
    protocol.privileged.push(...schemes)
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>) {
    protocol.handlers.set(scheme, handler)
  },
}

export const Menu = {
  current: undefined as unknown,
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu(menu: unknown) {
    Menu.current = menu
  },
}

const image = { resize: () => image }
export const nativeImage = { createFromPath: () => image }

export class Tray extends EventEmitter {
  static current: Tray | undefined
  toolTip = ''
  menu: { label?: string; click?: () => void }[] = []
  constructor() {
    super()
    Tray.current = this
  }
  setToolTip(text: string) {
    this.toolTip = text
  }
  setContextMenu(menu: { label?: string; click?: () => void }[]) {
    this.menu = menu
  }
  destroy() {
    Tray.current = undefined
  }
}

interface Ask {
  (
    contents: FakeWebContents,
    permission: string,
    done: (granted: boolean) => void,
    details: { isMainFrame: boolean },
  ): void
}
type Check = (contents: unknown, permission: string, origin: string) => boolean
type BeforeRequest = (request: { url: string }, done: (answer: { cancel: boolean }) => void) => void

const unset = (): never => {
  throw new Error('the shell has set no handler')
}

/** Keeps the handlers that the shell sets, for the test to ask them. */
export class FakeSession {
  permissionRequest: Ask = unset
  permissionCheck: Check = unset
  devicePermission: () => boolean = unset
  beforeRequest: BeforeRequest = unset
  setPermissionRequestHandler = (handler: Ask) => void (this.permissionRequest = handler)
  setPermissionCheckHandler = (handler: Check) => void (this.permissionCheck = handler)
  setDevicePermissionHandler = (handler: () => boolean) => void (this.devicePermission = handler)
  webRequest = {
    onBeforeRequest: (handler: BeforeRequest) => void (this.beforeRequest = handler),
  }
}

export const session = { defaultSession: new FakeSession() }
export const nativeTheme = { themeSource: 'system', shouldUseDarkColors: false }

/** Forgets everything; call before each test. */
export function resetElectron(): void {
  app.removeAllListeners()
  Object.assign(app, { ready: true, lockTaken: false, exitCode: undefined, quitCalls: 0 })
  app.switches.clear()
  app.paths.clear()
  session.defaultSession = new FakeSession()
  BrowserWindow.all.clear()
  ipcMain.removeAllListeners()
  ipcMain.handlers.clear()
  ipcRenderer.removeAllListeners()
  ipcRenderer.sender = new FakeWebContents()
  contextBridge.exposed.clear()
  Object.assign(dialog, { response: 0, chosen: undefined, asked: [] })
  Object.assign(shell, { opened: [], shown: [] })
  Notification.shown = []
  powerSaveBlocker.active.clear()
  protocol.privileged = []
  protocol.handlers.clear()
  Tray.current = undefined
  screen.displays = [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }]
}
