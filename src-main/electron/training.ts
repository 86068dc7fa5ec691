import type { EventOf, Transport } from '../../src-shared/contract/index.ts'

type QueueState = EventOf<'queue.changed'>

/** What is being trained, as the shell shows it outside of the page. */
export interface TrainingState {
  paused: boolean
  running: readonly string[]
  waiting: readonly string[]
  /** Of the running runs together, 0 to 1; null before the first step. */
  fraction: number | null
}

export interface Training {
  readonly state: TrainingState
  /** Called at once with the state, then whenever it changes. */
  watch(listener: (state: TrainingState) => void): void
}

/** Follows the queue by the contract's events, as the page does. */
export async function followTraining(api: Transport): Promise<Training> {
  const listeners: ((state: TrainingState) => void)[] = []
  const fractions = new Map<string, number>()
  let queue: Pick<QueueState, 'paused' | 'running' | 'waiting'> = {
    paused: false,
    running: [],
    waiting: [],
  }

  const state = (): TrainingState => ({ ...queue, fraction: mean([...fractions.values()]) })
  const tell = () => {
    for (const listener of listeners) listener(state())
  }
  api.subscribe('queue.changed', ({ paused, running, waiting }) => {
    queue = { paused, running, waiting }
    for (const id of fractions.keys()) if (!queue.running.includes(id)) fractions.delete(id)
    tell()
  })
  api.subscribe('run.progress', ({ runId, step, totalSteps }) => {
    // What another process trains is not this window’s to keep awake for, or to ask about.
    if (totalSteps === 0 || !queue.running.includes(runId)) return
    fractions.set(runId, Math.min(1, step / totalSteps))
    tell()
  })
  const { paused, running, waiting } = await api.call('queue.list', { recent: 0 })
  const idOf = ({ run }: { run: { id: string } }) => run.id
  queue = {
    paused,
    running: running.filter(({ state }) => state === 'running').map(idOf),
    waiting: waiting.map(idOf),
  }

  return {
    get state() {
      return state()
    },
    watch(listener) {
      listeners.push(listener)
      listener(state())
    },
  }
}

const mean = (values: number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
