import { app } from 'electron'

/**
 * One window a data folder: the lock lies in `userData`, so call this after that is set.
 * @param onSecond what the running instance does when a second one is started
 * @returns false in the second instance, which has to quit
 */
export function ensureSingleInstance(onSecond: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', onSecond)
  return true
}
