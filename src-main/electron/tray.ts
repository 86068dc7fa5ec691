import { Menu, nativeImage, Tray } from 'electron'
import type { Text } from './text.ts'
import type { Training, TrainingState } from './training.ts'

export interface BackgroundTray {
  /** Shows the icon while there is no window. */
  show(): void
  hide(): void
}

/** The icon in the system tray of an app that trains without a window. */
export function createTray(options: {
  training: Training
  icon: string
  text: () => Text
  open: () => void
  quit: () => void
}): BackgroundTray {
  const { training, icon, text, open, quit } = options
  let tray: Tray | undefined
  let shownLine = ''

  function draw(state: TrainingState): void {
    const line = lineOf(state, text())
    if (!tray || line === shownLine) return
    shownLine = line
    tray.setToolTip(`Virtlab: ${line}`)
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: line, enabled: false },
        { type: 'separator' },
        { label: text().open, click: open },
        { label: text().quit, click: quit },
      ]),
    )
  }
  training.watch(draw)

  return {
    show() {
      if (tray) return
      const image = nativeImage.createFromPath(icon)
      // macOS draws icons as large as they are; its menu bar has room for 18 points.
      tray = new Tray(process.platform === 'darwin' ? image.resize({ height: 18 }) : image)
      tray.on('click', open)
      shownLine = ''
      draw(training.state)
    },
    hide() {
      tray?.destroy()
      tray = undefined
    },
  }
}

export function lineOf({ running, fraction }: TrainingState, text: Text): string {
  if (running.length === 0) return text.idle
  return text.training(running.length, fraction === null ? null : Math.round(fraction * 100))
}
