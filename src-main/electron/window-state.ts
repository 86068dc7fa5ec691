import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })

/** How the window was left. */
export const windowState = z.object({
  /** In device-independent pixels; of the window when it is not maximised. */
  bounds: rectangle,
  maximized: z.boolean(),
  fullScreen: z.boolean(),
})

export type WindowState = z.infer<typeof windowState>
export type Rectangle = z.infer<typeof rectangle>

/** Smaller than this, tables and charts no longer fit beside the navigation. */
export const minimumSize = { width: 1024, height: 640 }
const preferredSize = { width: 1440, height: 900 }
/** So much of the title bar has to be on a display for the window to be dragged. */
const reachable = { width: 100, height: 30 }

/** undefined where there is none, or none that can be read. */
export function readWindowState(path: string): WindowState | undefined {
  try {
    return windowState.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.unfinished`, JSON.stringify(state))
  renameSync(`${path}.unfinished`, path)
}

/**
 * Where to open the window: where it was, unless that display is gone or has become too small.
 * @param workAreas the displays' areas without task bars, the primary one first
 */
export function placeWindow(
  saved: WindowState | undefined,
  workAreas: [Rectangle, ...Rectangle[]],
): Rectangle {
  if (saved && workAreas.some((area) => isReachable(saved.bounds, area))) {
    const { x, y, width, height } = saved.bounds
    return {
      x,
      y,
      width: Math.max(width, minimumSize.width),
      height: Math.max(height, minimumSize.height),
    }
  }
  const [primary] = workAreas
  const width = Math.min(preferredSize.width, primary.width)
  const height = Math.min(preferredSize.height, primary.height)
  return {
    x: primary.x + Math.round((primary.width - width) / 2),
    y: primary.y + Math.round((primary.height - height) / 2),
    width,
    height,
  }
}

/** True when the title bar, the window's upper edge, can be taken hold of on this display. */
function isReachable(window: Rectangle, area: Rectangle): boolean {
  const overlap =
    Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  return (
    overlap >= reachable.width &&
    window.y >= area.y &&
    window.y + reachable.height <= area.y + area.height
  )
}
