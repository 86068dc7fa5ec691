import type { BrowserWindow as ElectronWindow } from 'electron'
import fc from 'fast-check'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createWindow, focusWindow } from '../../src-main/electron/window.ts'
import { minimumSize, placeWindow, type Rectangle } from '../../src-main/electron/window-state.ts'
import { type BrowserWindow, resetElectron, screen } from '../support/electron.ts'
import { temporaryFolder } from '../support/temporary.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)

/** The fake behind what createWindow says is Electron's window. */
const open = (stateFolder: string, path?: string) =>
  createWindow({ stateFolder, ...(path === undefined ? {} : { path }) }) as unknown as BrowserWindow

const primary: Rectangle = { x: 0, y: 0, width: 1920, height: 1040 }
const left: Rectangle = { x: -2560, y: 0, width: 2560, height: 1400 }

describe('the window', () => {
  it('opens in the middle of the display, at least 1024 × 640, once it has something to show', () => {
    const window = open(temporaryFolder())
    expect(window.options).toMatchObject({
      x: 240,
      y: 70,
      width: 1440,
      height: 900,
      minWidth: 1024,
      minHeight: 640,
    })
    expect(window.url).toBe('virtlab://app/index.html#/')
    expect(window.visible).toBe(false)
    window.emit('ready-to-show')
    expect(window.visible).toBe(true)
  })

  it('opens on the page that was asked for', () => {
    expect(open(temporaryFolder(), '/run/abc').url).toBe('virtlab://app/index.html#/run/abc')
  })

  it('is next time where it was left, maximised if it was', () => {
    const folder = temporaryFolder()
    const first = open(folder)
    first.bounds = { x: 30, y: 40, width: 1200, height: 700 }
    first.maximized = true
    first.close()

    const second = open(folder)
    expect(second.bounds).toEqual({ x: 30, y: 40, width: 1200, height: 700 })
    expect(second.maximized).toBe(true)
    expect(second.fullScreen).toBe(false)
  })

  it('writes its place a moment after it was moved, not at every pixel', () => {
    vi.useFakeTimers()
    const folder = temporaryFolder()
    const window = open(folder)
    for (let x = 0; x < 50; x++) {
      window.bounds = { x, y: 0, width: 1200, height: 700 }
      window.emit('move')
    }
    expect(() => readFileSync(join(folder, 'window-state.json'))).toThrow('ENOENT')
    vi.runAllTimers()
    expect(JSON.parse(readFileSync(join(folder, 'window-state.json'), 'utf8'))).toMatchObject({
      bounds: { x: 49 },
    })
    vi.useRealTimers()
  })

  it('opens all the same when the file of its state is broken', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'window-state.json'), '{"bounds": {"x": "left"}')
    expect(open(folder).bounds).toEqual({ x: 240, y: 70, width: 1440, height: 900 })
  })

  it('comes to the front from the task bar', () => {
    const window = open(temporaryFolder())
    window.minimized = true
    focusWindow(window as unknown as ElectronWindow)
    expect(window).toMatchObject({ minimized: false, visible: true, focused: true })
  })
})

describe('the place of a window', () => {
  const at = (bounds: Rectangle) => ({ bounds, maximized: false, fullScreen: false })
  const onLeft = at({ x: -2000, y: 100, width: 1300, height: 800 })

  it('is on the second display for as long as that is there', () => {
    expect(placeWindow(onLeft, [primary, left])).toEqual(onLeft.bounds)
    expect(placeWindow(onLeft, [primary])).toEqual({ x: 240, y: 70, width: 1440, height: 900 })
  })

  it('fits a display that is smaller than the window would like', () => {
    expect(placeWindow(undefined, [{ x: 0, y: 25, width: 1280, height: 775 }])).toEqual({
      x: 0,
      y: 25,
      width: 1280,
      height: 775,
    })
  })

  it('always leaves the title bar within reach', () => {
    const number = fc.integer({ min: -10_000, max: 10_000 })
    const size = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(number, number, size, size, (x, y, width, height) => {
        const placed = placeWindow(at({ x, y, width, height }), [primary, left])
        const reachable = [primary, left].some(
          (area) =>
            placed.x < area.x + area.width &&
            placed.x + placed.width > area.x &&
            placed.y >= area.y &&
            placed.y < area.y + area.height,
        )
        return reachable && placed.width >= minimumSize.width && placed.height >= minimumSize.height
      }),
    )
  })

  it('asks the displays that there are', () => {
    screen.displays = [{ id: 1, workArea: { x: 0, y: 0, width: 1024, height: 640 } }]
    expect(open(temporaryFolder()).bounds).toEqual({ x: 0, y: 0, width: 1024, height: 640 })
  })
})
