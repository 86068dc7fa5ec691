import type { Session } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  openExternally,
  secureContents,
  secureSession,
  webPreferences,
} from '../../src-main/electron/security.ts'
import {
  app,
  cancelable,
  FakeSession,
  FakeWebContents,
  resetElectron,
  shell,
} from '../support/electron.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)

/** A page that just came to be, under the shell's rules. */
function newContents(): FakeWebContents {
  secureContents()
  const contents = new FakeWebContents()
  app.emit('web-contents-created', {}, contents)
  return contents
}

function newSession(): FakeSession {
  const session = new FakeSession()
  secureSession(session as unknown as Session) // a fake of the few methods that are used
  return session
}

describe('a window', () => {
  it('is isolated, sandboxed, and without Node', () => {
    expect(webPreferences('/preload.cjs')).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    })
  })

  it('opens no other windows; https goes to the browser', () => {
    const contents = newContents()
    expect(contents.openHandler!({ url: 'https://arxiv.org/abs/2112.04195' })).toEqual({
      action: 'deny',
    })
    expect(contents.openHandler!({ url: 'virtlab://app/index.html' })).toEqual({ action: 'deny' })
    expect(shell.opened).toEqual(['https://arxiv.org/abs/2112.04195'])
  })

  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])(
    '%s leads nowhere but to the app itself',
    (event) => {
      const contents = newContents()
      for (const url of [
        'https://example.org/',
        'file:///etc/passwd',
        'virtlab://other/',
        'data:text/html,x',
      ]) {
        const attempt = cancelable(url)
        contents.emit(event, attempt)
        expect([url, attempt.defaultPrevented]).toEqual([url, true])
      }
      const own = cancelable('virtlab://app/index.html#/runs')
      contents.emit(event, own)
      expect(own.defaultPrevented).toBe(false)
    },
  )

  it('holds no webviews', () => {
    const contents = newContents()
    const attempt = cancelable()
    contents.emit('will-attach-webview', attempt)
    expect(attempt.defaultPrevented).toBe(true)
  })
})

describe('a session', () => {
  const ask = (permission: string, url: string, isMainFrame = true) => {
    const contents = new FakeWebContents()
    contents.mainFrame = { url }
    let granted: boolean | undefined
    newSession().permissionRequest(contents, permission, (ok) => (granted = ok), { isMainFrame })
    return granted
  }

  it('lets the page copy a chart, and nothing else', () => {
    const page = 'virtlab://app/index.html'
    expect(ask('clipboard-sanitized-write', page)).toBe(true)
    expect(ask('clipboard-sanitized-write', page, false)).toBe(false)
    expect(ask('clipboard-sanitized-write', 'https://example.org/')).toBe(false)
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'usb',
      'fileSystem',
    ]) {
      expect([permission, ask(permission, page)]).toEqual([permission, false])
    }
    const session = newSession()
    expect(session.permissionCheck(null, 'clipboard-sanitized-write', 'virtlab://app/')).toBe(true)
    expect(session.permissionCheck(null, 'clipboard-sanitized-write', 'https://example.org/')).toBe(
      false,
    )
    expect(session.permissionCheck(null, 'media', 'virtlab://app/')).toBe(false)
    expect(session.devicePermission()).toBe(false)
  })

  it.each([
    ['virtlab://app/assets/index.js', false],
    ['blob:virtlab://app/1f0c', false],
    ['data:image/png;base64,AA==', false],
    ['https://example.org/pixel.png', true],
    ['http://127.0.0.1:8080/', true],
    ['ws://localhost/', true],
    ['file:///etc/passwd', true],
    ['virtlab://elsewhere/x', true],
  ])('request for %s: cancelled %s', (url, cancelled) => {
    let cancel: boolean | undefined
    newSession().beforeRequest({ url }, (answer) => (cancel = answer.cancel))
    expect(cancel).toBe(cancelled)
  })
})

it.each([
  'http://example.org',
  'file:///bin/sh',
  'smb://host/x',
  'javascript:alert(1)',
  'virtlab://app/',
  'x',
])('%s is not handed to the operating system', (url) => {
  openExternally(url)
  expect(shell.opened).toEqual([])
})
