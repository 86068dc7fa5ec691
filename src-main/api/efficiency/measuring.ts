import type { MeasuringState } from '../../../src-shared/contract/efficiency.ts'
import type { MeasureSettings } from '../../../src-shared/efficiency.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { Core } from '../../core.ts'
import { measureCost } from '../../efficiency/measure.ts'
import { checkpointOfRun } from '../../efficiency/subjects.ts'

/** Measures runs one after the other: two at once would slow each other. */
export interface Measuring {
  add(ids: readonly string[], settings: MeasureSettings): void
  /** Ends what measures and forgets what waits. */
  cancel(): void
  state(): MeasuringState
}

export function createMeasuring(core: Core, tell: (state: MeasuringState) => void): Measuring {
  let waiting: { id: string; settings: MeasureSettings }[] = []
  let running: MeasuringState['running'] = null
  let failed: MeasuringState['failed'] = []
  let finished = 0
  let abort = new AbortController()
  let working = false

  const state = (): MeasuringState => ({
    running,
    waiting: waiting.map(({ id }) => id),
    finished,
    failed,
  })

  async function work(): Promise<void> {
    working = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await measure(next.id, next.settings)
        running = null
        tell(state())
      }
    } finally {
      working = false
    }
  }

  async function measure(id: string, settings: MeasureSettings): Promise<void> {
    const run = core.store.runs.get(id)
    const at = (part: string, done: number, total: number) => {
      running = { runId: id, name: run.name, part, done, total }
      tell(state())
    }
    at('start', 0, 1)
    const { signal } = abort
    try {
      await measureCost(core, {
        subject: checkpointOfRun(core, run),
        settings,
        signal,
        onProgress: ({ part, done, total }) => at(part, done, total),
      })
      finished++
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof UserError)) console.error(error)
      const message = error instanceof UserError ? error.explain() : String(error)
      failed.push({ runId: id, name: run.name, message })
    }
  }

  return {
    add(ids, settings) {
      if (!working) {
        failed = []
        finished = 0
        abort = new AbortController()
      }
      const known = new Set([...waiting.map(({ id }) => id), running?.runId])
      waiting.push(...ids.filter((id) => !known.has(id)).map((id) => ({ id, settings })))
      if (!working) void work()
      tell(state())
    },
    cancel() {
      waiting = []
      abort.abort()
      tell(state())
    },
    state,
  }
}
