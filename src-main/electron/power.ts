import { powerSaveBlocker } from 'electron'
import type { Training } from './training.ts'

/** The machine does not fall asleep while something is being trained; the display may. */
export function keepAwake(training: Training): void {
  let blocker: number | undefined
  training.watch(({ running }) => {
    if (running.length > 0) {
      blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    } else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  })
}
