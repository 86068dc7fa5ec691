import type { BrowserWindow } from 'electron'
import type { Training, TrainingState } from './training.ts'

/** Electron's own values: below 0 there is no bar, above 1 it has no length. */
const noBar = -1
const indeterminate = 2

/** Shows training on the task bar's or dock's icon. */
export function showProgress(
  training: Training,
  currentWindow: () => BrowserWindow | undefined,
): void {
  let shown = noBar
  training.watch((state) => {
    const value = barOf(state)
    // Some desktops redraw on every call: not for less than half a per cent.
    if (value !== noBar && shown !== noBar && Math.abs(value - shown) < 0.005) return
    if (value === shown) return
    shown = value
    currentWindow()?.setProgressBar(value)
  })
}

export function barOf({ running, fraction }: Pick<TrainingState, 'running' | 'fraction'>): number {
  if (running.length === 0) return noBar
  return fraction ?? indeterminate
}
