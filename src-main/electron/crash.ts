import { app, dialog, shell } from 'electron'
import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Text } from './text.ts'

/**
 * An error that nothing expected: writes a report, says so and exits. Going on in an unknown state could
 * write nonsense to the database; a trainer whose core goes away writes a checkpoint by itself.
 * @param reportFolder where reports go
 */
export function exitOnDefects(reportFolder: string, text: () => Text): void {
  let reported = false
  const crash = (error: unknown) => {
    if (reported) return
    reported = true
    const report = writeReport(reportFolder, error, new Date())
    console.error(error)
    if (app.isReady()) {
      const { crashTitle, crashDetail, showReport, close } = text()
      const answer = dialog.showMessageBoxSync({
        type: 'error',
        message: crashTitle,
        detail: crashDetail(report),
        buttons: [showReport, close],
        defaultId: 1,
        cancelId: 1,
      })
      if (answer === 0) shell.showItemInFolder(report)
    }
    app.exit(1)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

/** The page's process has died: the window offers to load it again. Training does not depend on it. */
export function offerReload(text: () => Text): void {
  app.on('render-process-gone', (_event, contents, { reason }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return
    const { pageGone, pageGoneDetail, reload, close } = text()
    void dialog
      .showMessageBox({
        type: 'error',
        message: pageGone,
        detail: `${pageGoneDetail} (${reason})`,
        buttons: [reload, close],
        defaultId: 0,
        cancelId: 1,
      })
      .then(({ response }) => {
        if (response === 0 && !contents.isDestroyed()) contents.reload()
      })
  })
}

/** @returns the report's path */
export function writeReport(folder: string, error: unknown, now: Date): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `crash-${now.toISOString().replaceAll(':', '-')}.txt`)
  const lines = [
    `Virtlab ${app.getVersion()}, ${now.toISOString()}`,
    `Electron ${process.versions['electron']}, Node ${process.versions.node}, ${process.platform} ${process.arch} ${release()}`,
    '',
    inspect(error),
  ]
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}
