import { Notification } from 'electron'
import type { Transport } from '../../src-shared/contract/index.ts'
import type { RunStatus } from '../../src-shared/run-record.ts'
import type { Text } from './text.ts'

interface EndedRun {
  name: string
  seed: number
  status: RunStatus
  startedAt: number | null
  endedAt: number | null
  error: { message: string } | null
}

/**
 * Tells the user that a run has ended, unless they are looking at the window or have switched it off.
 * A click opens the run. Runs that never began (taken out of the queue) are not told of.
 */
export function notifyOfEnds(options: {
  api: Transport
  text: () => Text
  isFocused: () => boolean
  open: (path: string) => void
}): void {
  const { api, text, isFocused, open } = options
  const live = new Set<Notification>()
  /** A run's status is told of more than once; its end is one. */
  const told = new Set<string>()

  api.subscribe('run.changed', ({ ids, what }) => {
    if (what !== 'status' || isFocused() || !Notification.isSupported()) return
    for (const id of ids) void notify(id)
  })

  async function notify(id: string): Promise<void> {
    const [{ notifications }, { record }] = await Promise.all([
      api.call('settings.get', {}),
      api.call('runs.get', { id }),
    ])
    const message = notifications ? messageOf(record, text()) : undefined
    const end = `${id} ${record.endedAt}`
    if (!message || told.has(end)) return
    told.add(end)
    const notification = new Notification(message)
    // Kept until it is gone: what the garbage collector takes can no longer be clicked.
    live.add(notification)
    notification.on('click', () => open(`/run/${id}`))
    for (const end of ['click', 'close', 'failed'] as const) {
      notification.on(end as 'close', () => live.delete(notification))
    }
    notification.show()
  }
}

/** undefined for a run that has not ended, or never began. */
export function messageOf(run: EndedRun, text: Text): { title: string; body: string } | undefined {
  if (run.startedAt === null || run.endedAt === null) return undefined
  const name = `${run.name}, seed ${run.seed}`
  const took = text.after(duration(run.endedAt - run.startedAt))
  switch (run.status) {
    case 'completed':
      return { title: text.runCompleted(name), body: took }
    case 'stopped':
      return { title: text.runStopped(name), body: took }
    case 'failed':
      return { title: text.runFailed(name), body: run.error?.message ?? took }
    case 'crashed':
      return { title: text.runCrashed(name), body: run.error?.message ?? took }
    case 'queued':
    case 'running':
      return undefined
  }
}

/** e.g. 1:02:03, or 4:05 below an hour. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
