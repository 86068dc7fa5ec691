import { app, dialog, type BrowserWindow } from 'electron'
import type { Settings } from '../../src-shared/contract/settings.ts'
import type { Text } from './text.ts'
import type { Training } from './training.ts'

export interface QuitOptions {
  training: Training
  text: () => Text
  /** What the user wants done while something is being trained. */
  onQuit: () => Promise<Settings['onQuit']>
  /** Every running trainer writes a checkpoint and ends; nothing new is started. */
  stopTraining: () => Promise<void>
  currentWindow: () => BrowserWindow | undefined
  /** Without a window training goes on, with an icon in the tray. */
  enterBackground: () => void
  /** The last thing before the end. */
  closeCore: () => void
}

export interface Quitting {
  /** Quits, having asked what shall become of training; the menu's and the tray's Quit. */
  request(): Promise<void>
  /** Stops training with a checkpoint and quits without a question: the session ends, a signal came. */
  now(): Promise<void>
  /** Call for each new window. */
  guard(window: BrowserWindow): void
}

/** A terminal or the operating system ends the app: no questions. */
export function stopOnSignals(quitting: Pick<Quitting, 'now'>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void quitting.now())
  }
}

/**
 * Closing the last window or quitting while something is being trained asks what shall become of it: keep
 * it in the background, write a checkpoint and stop, or stay. Otherwise the app just quits.
 */
export function handleQuit(options: QuitOptions): Quitting {
  const { training, text, onQuit, stopTraining, currentWindow, enterBackground, closeCore } =
    options
  let phase: 'open' | 'asking' | 'leaving' = 'open'

  async function leave(how: 'window' | 'app'): Promise<void> {
    if (phase !== 'open') return
    if (training.state.running.length === 0) return now()
    phase = 'asking'
    const answer = await decide(how).catch(() => 'stay' as const)
    phase = 'open'
    if (answer === 'stop') return now()
    if (answer === 'background') enterBackground()
  }

  async function decide(how: 'window' | 'app'): Promise<'background' | 'stop' | 'stay'> {
    const wish = await onQuit()
    // Who chose the background for windows still has to be able to quit.
    if (wish === 'stop' || (wish === 'background' && how === 'window')) return wish
    const { running, waiting } = training.state
    const { quitTitle, quitDetail, keepInBackground, checkpointAndStop, cancel } = text()
    const question = {
      type: 'question' as const,
      message: quitTitle,
      detail: quitDetail(running.length, waiting.length),
      buttons: [keepInBackground, checkpointAndStop, cancel],
      defaultId: 0,
      cancelId: 2,
    }
    const window = currentWindow()
    const { response } = await (window
      ? dialog.showMessageBox(window, question)
      : dialog.showMessageBox(question))
    return (['background', 'stop', 'stay'] as const)[response] ?? 'stay'
  }

  async function now(): Promise<void> {
    if (phase === 'leaving') return
    phase = 'leaving'
    currentWindow()?.setTitle(`Virtlab: ${text().stopping}`)
    try {
      await stopTraining()
    } finally {
      closeCore()
      app.quit()
    }
  }

  app.on('before-quit', (event) => {
    if (phase === 'leaving') return
    event.preventDefault()
    void leave('app')
  })
  // Quitting is decided here alone; without this listener Electron quits with the last window.
  app.on('window-all-closed', () => undefined)

  return {
    request: () => leave('app'),
    now,
    guard(window) {
      window.on('close', (event) => {
        if (phase === 'leaving') return
        event.preventDefault()
        void leave('window')
      })
      // Windows ends the session: there is no time for questions.
      window.on('session-end', () => void now())
    },
  }
}
