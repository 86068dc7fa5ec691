import type { ProgressMessage, TrainerBatch } from '../../src-shared/protocol.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import type { Core } from '../core.ts'
import { keyedLogs } from './runs/logs.ts'
import type { EventHub } from './event-hub.ts'
import { watchOtherProcesses } from './other-processes.ts'

/** Works the queue off in the background for as long as the app lives, and tells what happens. */
export interface QueueWorker {
  /** Call it after something was queued, or the pause was lifted. */
  kick(): void
  /** The latest word of a run that this process trains; of one that another trains, what is stored of it. */
  progressOf(runId: string): ProgressMessage | null
  /** Emits `queue.changed` with what is now. */
  announce(): void
  /** The running trainer writes a checkpoint; waiting runs are not started. Resolves when all is at rest. */
  shutDown(how: 'checkpoint' | 'kill'): Promise<void>
}

const logDelayMs = 150

export function createQueueWorker(core: Core, events: EventHub): QueueWorker {
  const { queue, store } = core
  const progress = new Map<string, ProgressMessage>()
  const tellLogs = createLogTeller(core, events)
  let atRest: Promise<void> = Promise.resolve()

  const announce = () => {
    events.emit('queue.changed', {
      paused: queue.paused,
      running: queue.running().map(({ runId }) => runId),
      waiting: queue.waiting().map(({ runId }) => runId),
      elsewhere: others.running(),
    })
  }
  const others = watchOtherProcesses(core, events, announce)
  const changed = (run: RunRecord) => {
    events.emit('run.changed', { ids: [run.id], what: 'status' })
    const suites = store.suites.withRun(run.id)
    if (suites.length > 0) events.emit('suite.changed', { ids: suites })
    announce()
  }
  const stored = (run: RunRecord, batch: TrainerBatch) => {
    const { points, system, attention, predictions, checkpoints } = batch
    const runId = run.id
    if (points && points.step.length > 0) events.emit('run.points', { runId, points })
    if (system.length > 0) events.emit('run.system', { runId, samples: system })
    if (attention.length > 0) {
      const steps = [...new Set(attention.map(({ step }) => step))]
      events.emit('run.attention', { runId, steps })
    }
    if (predictions.length > 0) events.emit('run.predictions', { runId })
    for (const checkpoint of checkpoints) events.emit('run.checkpoint', { runId, checkpoint })
    if (batch.logs.length > 0) tellLogs(run)
    // Labels, device and parameters are known now.
    if (batch.facts) events.emit('run.changed', { ids: [runId], what: 'status' })
  }

  const kick = () => {
    if (queue.waiting().length === 0) return
    atRest = queue
      .work({
        // The run is still `queued` here; `running` follows with its first batch or progress.
        started: (run) => changed(run),
        progress(run, message) {
          const first = !progress.has(run.id)
          progress.set(run.id, message)
          if (first) changed(run)
          events.emit('run.progress', message)
        },
        stored,
        printed: tellLogs,
        ended(run) {
          progress.delete(run.id)
          tellLogs(run)
          changed(run)
        },
      })
      .catch((error: unknown) => {
        console.error('the queue stopped working:', error)
      })
      .then(() => {
        announce()
        // Something may have been added between the last look and the end.
        if (!queue.paused && queue.waiting().length > 0) kick()
      })
  }

  return {
    kick,
    announce,
    progressOf: (runId) => progress.get(runId) ?? others.progressOf(runId),
    async shutDown(how) {
      others.stop()
      const waiting = queue.waiting().map(({ runId }) => runId)
      if (waiting.length > 0 && queue.running().length === 0) queue.cancel(waiting)
      else if (how === 'kill') queue.kill()
      else queue.stop()
      await atRest
      store.db.pragma('wal_checkpoint(PASSIVE)')
    },
  }
}

/** Gathers a run's new lines for a moment, so that a talkative trainer is one event, not hundreds. */
function createLogTeller({ store }: Core, events: EventHub): (run: RunRecord) => void {
  const newLines = keyedLogs(store.db)
  const told = new Map<string, number>()
  const pending = new Map<string, NodeJS.Timeout>()
  return (run) => {
    if (!told.has(run.id)) told.set(run.id, newLines.lastKey(run.key) - 1)
    if (pending.has(run.id)) return
    const timer = setTimeout(() => {
      pending.delete(run.id)
      if (!store.db.open) return
      const lines = newLines.after(run.key, told.get(run.id) ?? 0, 1000)
      const last = lines.at(-1)
      if (!last) return
      told.set(run.id, last.key)
      events.emit('run.logs', { runId: run.id, lines })
    }, logDelayMs)
    timer.unref()
    pending.set(run.id, timer)
  }
}
