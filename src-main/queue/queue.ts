import { join } from 'node:path'
import { UserError } from '../../src-shared/errors.ts'
import type { ProgressMessage, TrainerBatch } from '../../src-shared/protocol.ts'
import { trainedConfig, type RunRecord } from '../../src-shared/run-record.ts'
import type { DataFolder } from '../data-folder.ts'
import { layout } from '../layout.ts'
import type { Job } from '../store/jobs.ts'
import type { Store } from '../store/open.ts'
import { storeSuite, type NewRuns } from '../suite/store-suite.ts'
import { createGpuSlots, type GpuSlots, type TakenGpu } from './gpu-slots.ts'
import { absorbUnsent, awaitFormerTrainer, resumePoint } from './resume-point.ts'
import { createJobTrainer, endWithoutTrainer, type ActiveRun, type Review } from './train-job.ts'

/** What happens while the queue is worked off. */
export interface QueueEvents {
  /** `position` from 1 in a queue of `length`. */
  started?(run: RunRecord, position: number, length: number, job: Job): void
  progress?(run: RunRecord, message: ProgressMessage): void
  /** A batch that has just been written. */
  stored?(run: RunRecord, batch: TrainerBatch): void
  /** A line that the trainer's process printed has been added to the run's log. */
  printed?(run: RunRecord): void
  /** The run as it is stored now that it has ended. */
  ended?(run: RunRecord): void
}

export interface Queue {
  /** Stores a suite with its cells, and as queued the runs it needs, students linked to their teachers. */
  addRecipe(recipe: NewRuns): { suiteId: string; runIds: string[] }
  /** Queues a run that is stored as queued and has never been. */
  addStored(runId: string): Job
  /**
   * Takes a stopped, crashed or failed run back to its last checkpoint and queues it. Throws UserError
   * for a run that is done, or at work elsewhere.
   * @param step of another checkpoint that has the optimizer's state; default: the last one's
   */
  addResumed(run: RunRecord, step?: number): Promise<Job>
  /**
   * Trains what was added, and what is added meanwhile, in order, a student after its teacher; resolves
   * when nothing is left, or the queue is paused. Called again while it works it gives the same promise.
   */
  work(events?: QueueEvents): Promise<void>
  /** What this process trains, and what it will, in order. */
  running(): readonly Job[]
  waiting(): readonly Job[]
  readonly paused: boolean
  /** A paused queue starts nothing; what runs goes on. Call `work` after it is lifted. */
  setPaused(paused: boolean): void
  /** How many trainers may be at work at once, one a GPU; 1 to begin with. */
  setParallel(trainers: number): void
  /** Runs that are not named keep their order behind those that are. Throws UserError for a student before its teacher. */
  reorder(runIds: readonly string[]): void
  /** Takes waiting runs out, and the students that wait for them. Returns those it took out. */
  cancel(runIds: readonly string[]): RunRecord[]
  /** A running one writes a checkpoint and stops (or is killed); the next is started. */
  stopRun(runId: string, how: 'checkpoint' | 'kill'): void
  /** What runs writes a checkpoint and stops; the waiting ones are not started. */
  stop(): void
  /** The running trainers are killed; what they had acknowledged stays. */
  kill(): void
}

/** Between two looks whether a suite shall be stopped. */
const stopLookMs = 1_000

export function createQueue(
  store: Store,
  folder: DataFolder,
  options: {
    trainerEntry?: string | undefined
    review?: Review | undefined
    /** For tests: other GPUs than the machine's. */
    gpus?: GpuSlots | undefined
  } = {},
): Queue {
  const { trainerEntry = layout.program('trainer'), review } = options
  const trainJob = createJobTrainer(store, folder, { entry: trainerEntry, review })
  const gpus = options.gpus ?? createGpuSlots(folder.backends)
  let waiting: Job[] = []
  const active = new Map<string, ActiveRun>()
  let working: Promise<void> | undefined
  let parallel = 1
  let paused = false
  let stopping = false
  /** Ends the wait for a free trainer: something was added, or another may be started. */
  let wake: () => void = () => undefined
  const runDir = (id: string) => join(folder.runs, id)

  /** Trains one run to its end, whichever it is. */
  async function train(job: Job, gpu: TakenGpu, events: QueueEvents): Promise<RunRecord> {
    const current: ActiveRun = { job, env: gpu.env }
    active.set(job.runId, current)
    try {
      return await trainJob(current, events)
    } finally {
      active.delete(job.runId)
      gpu.release()
    }
  }

  function endUnstarted(job: Job, message: string): RunRecord {
    const fix = `Start it: virtlab resume ${job.runId}`
    return endWithoutTrainer(store, job, 'stopped', { message, where: null, fix, stack: null })
  }

  async function workOff(events: QueueEvents): Promise<void> {
    const obedience = setInterval(() => obeyStops(events), stopLookMs)
    try {
      await gpus.look()
      await trainAll(events)
    } finally {
      clearInterval(obedience)
    }
  }

  /** Takes suites that somebody asked to stop out of the queue; their running runs write a checkpoint. */
  function obeyStops(events: QueueEvents): void {
    for (const suiteId of store.suites.stopping()) {
      const isOf = (runId: string) => store.runs.get(runId).suiteId === suiteId
      const taken = waiting.filter(({ runId }) => isOf(runId))
      waiting = waiting.filter((job) => !taken.includes(job))
      for (const job of taken) {
        // Not inside the call: without a listener its argument would not be evaluated.
        const run = endUnstarted(job, 'its suite was stopped')
        events.ended?.(run)
      }
      for (const [runId, { stop }] of active) if (!stop && isOf(runId)) stopRun(runId, 'checkpoint')
      if (!store.suites.isAtWork(suiteId)) store.suites.requestStop(suiteId, false)
    }
  }

  function stopRun(runId: string, how: 'checkpoint' | 'kill'): void {
    const current = active.get(runId)
    if (!current) return
    current.stop = how
    if (how === 'kill') current.trainer?.kill()
    else current.trainer?.stop()
  }

  async function trainAll(events: QueueEvents): Promise<void> {
    let position = 0
    const trainers = new Set<Promise<void>>()
    for (;;) {
      while (stopping || (!paused && trainers.size < parallel)) {
        const job = takeNext()
        if (!job) break
        if (stopping) {
          const run = endUnstarted(job, 'stopped before its turn came')
          events.ended?.(run)
          continue
        }
        position++
        const length = position + waiting.length
        events.started?.(store.runs.get(job.runId), position, length, job)
        const trainer: Promise<void> = train(job, gpus.take(backendOf(job)), events)
          .then((run) => events.ended?.(run))
          .finally(() => trainers.delete(trainer))
        trainers.add(trainer)
      }
      if (trainers.size === 0) break
      const woken = new Promise<void>((resolve) => (wake = resolve))
      await Promise.race([...trainers, woken])
    }
    stopping = false
  }

  const backendOf = ({ runId }: Job) => store.runs.get(runId).config?.backend ?? 'auto'

  /** The first that waits neither for a teacher that is still to be trained here nor for a GPU. */
  function takeNext(): Job | undefined {
    const pending = new Set([...active.keys(), ...waiting.map(({ runId }) => runId)])
    const isReady = (job: Job) => {
      const { teacherId } = store.runs.get(job.runId)
      return (teacherId === null || !pending.has(teacherId)) && gpus.isFree(backendOf(job))
    }
    const job = stopping ? waiting[0] : waiting.find(isReady)
    if (job) waiting = waiting.filter((other) => other !== job)
    return job
  }

  return {
    addRecipe: (recipe) =>
      store.db
        .transaction(() => {
          const { suiteId, runIds } = storeSuite(store, recipe)
          for (const runId of runIds) waiting.push(store.jobs.enqueue(runId))
          wake()
          return { suiteId, runIds }
        })
        .immediate(),
    addStored(runId) {
      const job = store.jobs.enqueue(runId)
      waiting.push(job)
      wake()
      return job
    },
    async addResumed(given, step) {
      const run = store.runs.get(given.id)
      trainedConfig(run)
      if (run.status === 'completed') {
        throw new UserError(`run ${run.id} (${run.name}) is completed`, {
          fix: 'Train the recipe again for a new run.',
        })
      }
      if (run.status === 'running' || run.status === 'queued') {
        throw new UserError(`run ${run.id} (${run.name}) is ${run.status} in another process`, {
          fix: 'Wait for it, or stop that process first.',
        })
      }
      await awaitFormerTrainer(store, run)
      absorbUnsent(store, run, runDir(run.id))
      const point = await resumePoint(store, run, runDir(run.id), step)
      if (step !== undefined && !point) {
        throw new UserError(`there is no checkpoint of step ${step} that training can go on from`, {
          where: `run ${run.id} (${run.name})`,
          fix: 'Only the last checkpoint has the optimizer’s state. Start a new run from this one’s weights instead.',
        })
      }
      const job = store.db
        .transaction(() => {
          const removed = store.truncate(run.key, point)
          store.runs.setStatus(run.id, 'queued')
          const text = point
            ? `going on from the checkpoint of step ${point.step}; removed behind it: ${removed.points} points, ${removed.predictions} predictions, ${removed.attention} attention maps`
            : `beginning again, there is no whole checkpoint; removed: ${removed.points} points`
          store.details.addLog(run.key, { time: Date.now(), level: 'info', source: 'core', text })
          return store.jobs.enqueue(run.id, {
            step: point?.step ?? null,
            removedPoints: removed.points,
          })
        })
        .immediate()
      waiting.push(job)
      wake()
      return job
    },
    work(events = {}) {
      wake()
      working ??= workOff(events).finally(() => {
        working = undefined
      })
      return working
    },
    running: () => [...active.values()].map(({ job }) => job),
    waiting: () => waiting,
    get paused() {
      return paused
    },
    setPaused(value) {
      paused = value
      wake()
    },
    setParallel(trainers) {
      parallel = trainers
      wake()
    },
    reorder(runIds) {
      const place = new Map(runIds.map((id, i) => [id, i]))
      const placeOf = ({ runId }: Job) => place.get(runId) ?? Infinity
      const ordered = waiting.toSorted((a, b) => placeOf(a) - placeOf(b) || 0)
      const position = new Map(ordered.map(({ runId }, i) => [runId, i]))
      for (const [i, { runId }] of ordered.entries()) {
        const { teacherId, name } = store.runs.get(runId)
        if (teacherId === null || (position.get(teacherId) ?? -1) < i) continue
        throw new UserError(`"${name}" would come before its teacher`, {
          where: `run ${runId}`,
          fix: `Put ${store.runs.get(teacherId).name} (${teacherId}) in front of it.`,
        })
      }
      waiting = ordered
    },
    cancel(runIds) {
      const wanted = new Set(runIds)
      const taken: Job[] = []
      // Teachers wait in front of their students, so one pass finds students of students.
      for (const job of waiting) {
        const { teacherId } = store.runs.get(job.runId)
        if (!wanted.has(job.runId) && !(teacherId !== null && wanted.has(teacherId))) continue
        wanted.add(job.runId)
        taken.push(job)
      }
      waiting = waiting.filter((job) => !taken.includes(job))
      return taken.map((job) => endUnstarted(job, 'taken out of the queue'))
    },
    stopRun,
    stop() {
      stopping = true
      for (const runId of active.keys()) stopRun(runId, 'checkpoint')
      wake()
    },
    kill() {
      stopping = true
      for (const runId of active.keys()) stopRun(runId, 'kill')
      wake()
    },
  }
}
