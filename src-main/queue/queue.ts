import { join } from 'node:path'
import type { PlannedRun } from '../../src-shared/config/recipe.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { ProgressMessage, TrainerBatch } from '../../src-shared/protocol.ts'
import type { Provenance, RunError, RunRecord } from '../../src-shared/run-record.ts'
import type { DataFolder } from '../data-folder.ts'
import { layout } from '../layout.ts'
import type { Job } from '../store/jobs.ts'
import type { Store } from '../store/open.ts'
import { absorbUnsent, awaitFormerTrainer, bestCheckpointDir, resumePoint } from './resume-point.ts'
import { superviseTrainer, type SupervisedTrainer } from './supervise.ts'

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
  /** Stores the runs of a recipe as queued, teachers linked to their students. Returns their ids. */
  addRecipe(recipe: {
    name: string
    path: string | null
    text: string | null
    runs: PlannedRun[]
    provenance: Provenance
    /** Completed runs that stand for runs of the recipe, by name: these are not trained again. */
    reuse?: Record<string, string> | undefined
  }): string[]
  /**
   * Takes a stopped, crashed or failed run back to its last checkpoint and queues it. Throws UserError
   * for a run that is done, or at work elsewhere.
   * @param step of another checkpoint that has the optimizer's state; default: the last one's
   */
  addResumed(run: RunRecord, step?: number): Promise<Job>
  /**
   * Trains what was added, and what is added meanwhile, one run at a time, in order; resolves when nothing
   * is left, or the queue is paused. Called again while it works it gives the same promise.
   */
  work(events?: QueueEvents): Promise<void>
  /** What this process trains, and what it will, in order. */
  running(): Job | undefined
  waiting(): readonly Job[]
  readonly paused: boolean
  /** A paused queue starts nothing; what runs goes on. Call `work` after it is lifted. */
  setPaused(paused: boolean): void
  /** Runs that are not named keep their order behind those that are. Throws UserError for a student before its teacher. */
  reorder(runIds: readonly string[]): void
  /** Takes waiting runs out, and the students that wait for them. Returns those it took out. */
  cancel(runIds: readonly string[]): RunRecord[]
  /** The running one writes a checkpoint and stops (or is killed); the next is started. */
  stopRunning(how: 'checkpoint' | 'kill'): void
  /** The running one writes a checkpoint and stops; the waiting ones are not started. */
  stop(): void
  /** The running trainer is killed; what it had acknowledged stays. */
  kill(): void
}

const heartbeatMs = 10_000
/** Of what a trainer's process prints, no more than this is kept: a looping warning fills the disk else. */
const printedLineLimit = 2_000

export function createQueue(
  store: Store,
  folder: DataFolder,
  options: { trainerEntry?: string | undefined } = {},
): Queue {
  const entry = options.trainerEntry ?? layout.program('trainer')
  let waiting: Job[] = []
  let current: { job: Job; trainer?: SupervisedTrainer; stop?: 'checkpoint' | 'kill' } | undefined
  let working: Promise<void> | undefined
  let paused = false
  let stopping = false
  const runDir = (id: string) => join(folder.runs, id)

  function end(job: Job, status: RunRecord['status'], error: RunError | null): RunRecord {
    store.jobs.ended(job.key, { code: null, signal: null })
    store.runs.setStatus(job.runId, status, error)
    return store.runs.get(job.runId)
  }

  /** Trains one run to its end, whichever it is. */
  async function train(job: Job, events: QueueEvents): Promise<RunRecord> {
    const active: NonNullable<typeof current> = { job }
    current = active
    try {
      return await supervise(active, events)
    } finally {
      current = undefined
    }
  }

  async function supervise(
    active: NonNullable<typeof current>,
    events: QueueEvents,
  ): Promise<RunRecord> {
    const { job } = active
    const run = store.runs.get(job.runId)
    const dir = runDir(run.id)
    let start
    try {
      const teacherDir = await teacherDirOf(run)
      const resumeDir =
        job.resumeStep === null ? undefined : (await resumePoint(store, run, dir))?.dir
      start = {
        type: 'start' as const,
        runId: run.id,
        config: run.config,
        runDir: dir,
        dataDir: folder.root,
        ...(teacherDir === undefined ? {} : { teacherDir }),
        ...(resumeDir === undefined ? {} : { resumeDir }),
        nextSeq: run.lastSeq + 1,
      }
    } catch (error) {
      return end(job, 'failed', runErrorOf(error))
    }
    let printed = 0
    const supervised = superviseTrainer(entry, start, {
      writeBatch(batch) {
        const seq = store.writeBatch(batch)
        events.stored?.(run, batch)
        return seq
      },
      progress: (message) => events.progress?.(run, message),
      printed(source, text) {
        if (++printed > printedLineLimit) return
        const level = source === 'stderr' ? 'warn' : 'info'
        store.details.addLog(run.key, { time: Date.now(), level, source, text })
        events.printed?.(run)
      },
    })
    active.trainer = supervised
    // It may have been asked to stop while its teacher was looked up.
    if (active.stop === 'kill') supervised.kill()
    else if (active.stop || stopping) supervised.stop()
    store.db.transaction(() => {
      store.runs.setStatus(run.id, 'running')
      if (supervised.pid !== undefined) store.jobs.started(job.key, supervised.pid)
    })()
    const heart = setInterval(() => store.jobs.heartbeat(job.key), heartbeatMs)
    const { status, error, exit } = await supervised.ended
    clearInterval(heart)
    store.db.transaction(() => {
      store.jobs.ended(job.key, exit)
      store.runs.setStatus(
        run.id,
        status,
        error && { ...error, fix: error.fix ?? howToGoOn(run, status) },
      )
      if (error) {
        const text = [error.message, error.stack].filter(Boolean).join('\n')
        store.details.addLog(run.key, { time: Date.now(), level: 'error', source: 'core', text })
      }
    })()
    return store.runs.get(run.id)
  }

  function howToGoOn(run: RunRecord, status: string): string | null {
    if (status !== 'crashed' && status !== 'stopped') return null
    const checkpoint = store.details.checkpoint(run.key, 'last')
    return checkpoint
      ? `Go on from step ${checkpoint.step}: virtlab resume ${run.id}`
      : `Begin again: virtlab resume ${run.id}`
  }

  async function teacherDirOf(run: RunRecord): Promise<string | undefined> {
    if (run.teacherId === null) return undefined
    const teacher = store.runs.get(run.teacherId)
    if (teacher.status !== 'completed') {
      throw new UserError(`teacher ${teacher.status}: ${teacher.name} (${teacher.id})`, {
        fix: `virtlab resume ${teacher.id} ${run.id}`,
      })
    }
    return bestCheckpointDir(store, teacher, runDir(teacher.id))
  }

  function endUnstarted(job: Job, message: string): RunRecord {
    const fix = `Start it: virtlab resume ${job.runId}`
    return end(job, 'stopped', { message, where: null, fix, stack: null })
  }

  async function workOff(events: QueueEvents): Promise<void> {
    let position = 0
    while (waiting.length > 0 && (stopping || !paused)) {
      const job = waiting.shift()
      if (!job) break
      if (stopping) {
        const run = endUnstarted(job, 'stopped before its turn came')
        events.ended?.(run)
        continue
      }
      position++
      events.started?.(store.runs.get(job.runId), position, position + waiting.length, job)
      // Not inside the call: without a listener its argument would not be evaluated.
      const run = await train(job, events)
      events.ended?.(run)
    }
    stopping = false
  }

  const addRecipe = (recipe: Parameters<Queue['addRecipe']>[0]): string[] => {
    const { provenance, reuse = {} } = recipe
    const suiteId = store.runs.createSuite({
      recipe: recipe.name,
      path: recipe.path,
      text: recipe.text,
    })
    const ids = new Map<string, string>()
    for (const { name, seed, teacher, config } of recipe.runs) {
      if (reuse[name] !== undefined) continue
      const teacherId =
        teacher === undefined ? null : (reuse[teacher] ?? ids.get(`${teacher}/${seed}`) ?? null)
      const run = store.runs.create({ name, seed, config, suiteId, teacherId, provenance })
      ids.set(`${name}/${seed}`, run.id)
      waiting.push(store.jobs.enqueue(run.id))
    }
    return [...ids.values()]
  }

  return {
    addRecipe: (recipe) => store.db.transaction(addRecipe).immediate(recipe),
    async addResumed(given, step) {
      const run = store.runs.get(given.id)
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
      return job
    },
    work(events = {}) {
      working ??= workOff(events).finally(() => {
        working = undefined
      })
      return working
    },
    running: () => current?.job,
    waiting: () => waiting,
    get paused() {
      return paused
    },
    setPaused(value) {
      paused = value
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
    stopRunning(how) {
      if (!current) return
      current.stop = how
      if (how === 'kill') current.trainer?.kill()
      else current.trainer?.stop()
    },
    stop() {
      stopping = true
      current?.trainer?.stop()
    },
    kill() {
      stopping = true
      if (current) current.stop = 'kill'
      current?.trainer?.kill()
    },
  }
}

function runErrorOf(error: unknown): RunError {
  if (error instanceof UserError) {
    return {
      message: error.message,
      where: error.where ?? null,
      fix: error.fix ?? null,
      stack: null,
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    message,
    where: null,
    fix: null,
    stack: error instanceof Error ? (error.stack ?? null) : null,
  }
}
