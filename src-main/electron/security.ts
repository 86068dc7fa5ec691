import { app, shell, type Session, type WebPreferences } from 'electron'
import { isOwn } from './app-origin.ts'

/** Of every window. Each is Electron's default today, and stated so that it stays so. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  }
}

/** What a page may ask for: writing a chart to the clipboard. Everything else is refused. */
const grantedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Rules for all that is ever shown, whoever made it. Call before the first window. */
export function secureContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      openExternally(url)
      return { action: 'deny' }
    })
    contents.on('will-navigate', (event) => {
      if (isOwn(event.url)) return
      event.preventDefault()
      openExternally(event.url)
    })
    contents.on('will-redirect', (event) => {
      if (!isOwn(event.url)) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (!isOwn(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** Rules for a session: no permissions but the few granted, nothing loaded from elsewhere. */
export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    callback(grantedPermissions.has(permission) && details.isMainFrame && isOwn(contents.getURL()))
  })
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) =>
      grantedPermissions.has(permission) && isOwn(requestingOrigin),
  )
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((request, callback) => {
    callback({ cancel: !isLocal(request.url) })
  })
}

/** blob: and data: are the page's own exports; devtools: is the inspector of a development build. */
const localSchemes: ReadonlySet<string> = new Set(['blob:', 'data:', 'devtools:'])

function isLocal(url: string): boolean {
  return isOwn(url) || localSchemes.has(URL.parse(url)?.protocol ?? '')
}

/** In the user's browser, and only over https: a `file:` or `smb:` address would run programs. */
export function openExternally(url: string): void {
  if (URL.parse(url)?.protocol === 'https:') void shell.openExternal(url)
}
