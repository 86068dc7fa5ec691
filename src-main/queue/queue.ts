import { join } from 'node:path'
import type { PlannedRun } from '../../src-shared/config/recipe.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { ProgressMessage } from '../../src-shared/protocol.ts'
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
  }): string[]
  /**
   * Takes a stopped, crashed or failed run back to its last checkpoint and queues it. Throws UserError
   * for a run that is done, or at work elsewhere.
   */
  addResumed(run: RunRecord): Promise<Job>
  /** Trains what was added, one run at a time, in order; resolves when nothing is left. */
  work(events?: QueueEvents): Promise<void>
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
  const waiting: Job[] = []
  let trainer: SupervisedTrainer | undefined
  let stopping = false
  const runDir = (id: string) => join(folder.runs, id)

  function end(job: Job, status: RunRecord['status'], error: RunError | null): RunRecord {
    store.jobs.ended(job.key, { code: null, signal: null })
    store.runs.setStatus(job.runId, status, error)
    return store.runs.get(job.runId)
  }

  /** Trains one run to its end, whichever it is. */
  async function train(job: Job, events: QueueEvents): Promise<RunRecord> {
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
      writeBatch: (batch) => store.writeBatch(batch),
      progress: (message) => events.progress?.(run, message),
      printed(source, text) {
        if (++printed > printedLineLimit) return
        const level = source === 'stderr' ? 'warn' : 'info'
        store.details.addLog(run.key, { time: Date.now(), level, source, text })
      },
    })
    trainer = supervised
    if (stopping) supervised.stop()
    store.db.transaction(() => {
      store.runs.setStatus(run.id, 'running')
      if (supervised.pid !== undefined) store.jobs.started(job.key, supervised.pid)
    })()
    const heart = setInterval(() => store.jobs.heartbeat(job.key), heartbeatMs)
    const { status, error, exit } = await supervised.ended
    clearInterval(heart)
    trainer = undefined
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

  const addRecipe = (recipe: Parameters<Queue['addRecipe']>[0]): string[] => {
    const { provenance } = recipe
    const suiteId = store.runs.createSuite({
      recipe: recipe.name,
      path: recipe.path,
      text: recipe.text,
    })
    const ids = new Map<string, string>()
    for (const { name, seed, teacher, config } of recipe.runs) {
      const teacherId = teacher === undefined ? null : (ids.get(`${teacher}/${seed}`) ?? null)
      const run = store.runs.create({ name, seed, config, suiteId, teacherId, provenance })
      ids.set(`${name}/${seed}`, run.id)
      waiting.push(store.jobs.enqueue(run.id))
    }
    return [...ids.values()]
  }

  return {
    addRecipe: (recipe) => store.db.transaction(addRecipe).immediate(recipe),
    async addResumed(given) {
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
      const point = await resumePoint(store, run, runDir(run.id))
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
    async work(events = {}) {
      const length = waiting.length
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        const position = length - waiting.length
        if (stopping) {
          const fix = `Start it: virtlab resume ${job.runId}`
          const message = 'stopped before its turn came'
          const run = end(job, 'stopped', { message, where: null, fix, stack: null })
          events.ended?.(run)
          continue
        }
        events.started?.(store.runs.get(job.runId), position, length, job)
        const run = await train(job, events)
        events.ended?.(run)
      }
      stopping = false
    },
    stop() {
      stopping = true
      trainer?.stop()
    },
    kill() {
      stopping = true
      trainer?.kill()
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
