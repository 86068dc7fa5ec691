import type { BrowserWindow as ElectronWindow } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handleQuit } from '../../src-main/electron/quit.ts'
import { textFor } from '../../src-main/electron/text.ts'
import { app, BrowserWindow, dialog, resetElectron } from '../support/electron.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)

const [background, stop, cancel] = [0, 1, 2]

/** An open window, and what quitting has done so far. */
function appThatTrains(
  options: { running?: string[]; onQuit?: 'ask' | 'background' | 'stop' } = {},
) {
  const { running = ['a'], onQuit = 'ask' } = options
  const did: string[] = []
  const window = new BrowserWindow()
  const quitting = handleQuit({
    training: {
      state: { paused: false, running, waiting: ['b', 'c'], fraction: null },
      watch: () => undefined,
    },
    text: () => textFor('en', ''),
    onQuit: () => Promise.resolve(onQuit),
    async stopTraining() {
      did.push('checkpoint')
      await Promise.resolve()
    },
    currentWindow: () => window as unknown as ElectronWindow,
    enterBackground() {
      did.push('background')
      window.destroy()
    },
    closeCore: () => did.push('close core'),
  })
  quitting.guard(window as unknown as ElectronWindow)
  return { did, window, quitting }
}

/** Everything that was set off has happened. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('closing the window', () => {
  it('just quits when nothing is being trained', async () => {
    const { did, window } = appThatTrains({ running: [] })
    window.close()
    await settle()
    expect(dialog.asked).toEqual([])
    expect(did).toEqual(['checkpoint', 'close core'])
    expect(app.exitCode).toBe(0)
  })

  it('while training asks, and says what is at stake', async () => {
    dialog.response = cancel!
    const { did, window } = appThatTrains()
    window.close()
    await settle()
    expect(dialog.asked).toMatchObject([
      {
        message: 'Training is running',
        detail: expect.stringContaining('1 run is being trained, 2 wait in the queue') as string,
        buttons: ['Keep in Background', 'Checkpoint and Stop', 'Cancel'],
        cancelId: cancel,
      },
    ])
    expect(did).toEqual([])
    expect(window.destroyed).toBe(false)
    expect(app.exitCode).toBeUndefined()
  })

  it('keeps training in the background, without the window', async () => {
    dialog.response = background!
    const { did, window } = appThatTrains()
    window.close()
    await settle()
    expect(did).toEqual(['background'])
    expect(window.destroyed).toBe(true)
    expect(app.exitCode).toBeUndefined()
  })

  it('writes a checkpoint before it quits', async () => {
    dialog.response = stop!
    const { did, window } = appThatTrains()
    window.close()
    await settle()
    expect(did).toEqual(['checkpoint', 'close core'])
    expect(app.exitCode).toBe(0)
  })

  it('asks once, however often the button is clicked', async () => {
    dialog.response = cancel!
    const { window } = appThatTrains()
    window.close()
    window.close()
    await settle()
    expect(dialog.asked).toHaveLength(1)
    window.close()
    await settle()
    expect(dialog.asked).toHaveLength(2)
  })

  it.each([
    ['background', ['background']],
    ['stop', ['checkpoint', 'close core']],
  ] as const)('does %s without a question when the settings say so', async (onQuit, expected) => {
    const { did, window } = appThatTrains({ onQuit })
    window.close()
    await settle()
    expect(dialog.asked).toEqual([])
    expect(did).toEqual(expected)
  })
})

describe('quitting', () => {
  it('asks as well, also where windows close into the background', async () => {
    dialog.response = stop!
    const { did } = appThatTrains({ onQuit: 'background' })
    app.quit()
    await settle()
    expect(dialog.asked).toHaveLength(1)
    expect(did).toEqual(['checkpoint', 'close core'])
    expect(app.exitCode).toBe(0)
  })

  it('by a signal or the end of the session asks nothing', async () => {
    const { did, window } = appThatTrains()
    window.emit('session-end')
    await settle()
    expect(dialog.asked).toEqual([])
    expect(did).toEqual(['checkpoint', 'close core'])
    expect(app.exitCode).toBe(0)
  })

  it('does not stop halfway when stopping fails', async () => {
    const errors: unknown[] = []
    const quitting = handleQuit({
      training: {
        state: { paused: false, running: ['a'], waiting: [], fraction: null },
        watch: () => undefined,
      },
      text: () => textFor('en', ''),
      onQuit: () => Promise.resolve('stop'),
      stopTraining: () => Promise.reject(new Error('the trainer hangs')),
      currentWindow: () => undefined,
      enterBackground: () => expect.unreachable(),
      closeCore: () => undefined,
    })
    await quitting.request().catch((error: unknown) => errors.push(error))
    expect(errors).toMatchObject([{ message: 'the trainer hangs' }])
    expect(app.exitCode).toBe(0)
  })
})
