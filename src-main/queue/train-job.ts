import { join } from 'node:path'
import { UserError } from '../../src-shared/errors.ts'
import type { TrainerBatch } from '../../src-shared/protocol.ts'
import { trainedConfig, type RunError, type RunRecord } from '../../src-shared/run-record.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Job } from '../store/jobs.ts'
import type { Store } from '../store/open.ts'
import { fingerprint } from '../suite/fingerprint.ts'
import type { QueueEvents } from './queue.ts'
import { bestCheckpoint, resumePoint } from './resume-point.ts'
import { superviseTrainer, type SupervisedTrainer } from './supervise.ts'

/** A run that a trainer is at work on, or about to be. */
export interface ActiveRun {
  job: Job
  /** Beside this process's own variables. */
  env: Readonly<Record<string, string>>
  trainer?: SupervisedTrainer
  /** Somebody asked for its end. */
  stop?: 'checkpoint' | 'kill'
  /** Why it was stopped by a review. */
  pruned?: string
}

/** Says why a run is not worth going on with, now that this batch of it is stored; undefined: it is. */
export type Review = (run: RunRecord, batch: TrainerBatch) => string | undefined

const heartbeatMs = 10_000
/** Of what a trainer's process prints, no more than this is kept: a looping warning fills the disk else. */
const printedLineLimit = 2_000

/**
 * Trains one job's run in a process of its own, from its checkpoint where it goes on, and stores all that
 * comes of it. What keeps it from beginning (its teacher failed) ends it as failed; nothing is thrown.
 * @returns the run as it ended
 */
export function createJobTrainer(
  store: Store,
  folder: DataFolder,
  { entry, review }: { entry: string; review?: Review | undefined },
): (current: ActiveRun, events: QueueEvents) => Promise<RunRecord> {
  const runDir = (id: string) => join(folder.runs, id)

  async function train(current: ActiveRun, events: QueueEvents): Promise<RunRecord> {
    const { job, env } = current
    const run = store.runs.get(job.runId)
    const dir = runDir(run.id)
    let start
    try {
      const teacher = await teacherOf(run)
      await noteFingerprint(run, teacher?.sha256 ?? null)
      const resumeDir =
        job.resumeStep === null ? undefined : (await resumePoint(store, run, dir))?.dir
      start = {
        type: 'start' as const,
        runId: run.id,
        config: trainedConfig(run),
        runDir: dir,
        dataDir: folder.root,
        ...(teacher === undefined ? {} : { teacherDir: teacher.dir }),
        ...(resumeDir === undefined ? {} : { resumeDir }),
        nextSeq: run.lastSeq + 1,
      }
    } catch (error) {
      return endWithoutTrainer(store, job, 'failed', runErrorOf(error))
    }
    let printed = 0
    const supervised = superviseTrainer({ entry, env }, start, {
      writeBatch(batch) {
        const seq = store.writeBatch(batch)
        events.stored?.(run, batch)
        const reason = current.pruned === undefined ? review?.(run, batch) : undefined
        if (reason !== undefined) {
          current.pruned = reason
          supervised.stop()
        }
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
    current.trainer = supervised
    // It may have been asked to stop while its teacher was looked up.
    if (current.stop === 'kill') supervised.kill()
    else if (current.stop) supervised.stop()
    store.db.transaction(() => {
      store.runs.setStatus(run.id, 'running')
      if (supervised.pid !== undefined) store.jobs.started(job.key, supervised.pid)
    })()
    const heart = setInterval(() => store.jobs.heartbeat(job.key), heartbeatMs)
    const { status, error: ownError, exit } = await supervised.ended
    clearInterval(heart)
    const pruned = status === 'stopped' && !current.stop ? current.pruned : undefined
    const error =
      pruned === undefined ? ownError : { message: pruned, where: null, fix: null, stack: null }
    store.db.transaction(() => {
      if (pruned !== undefined) store.suites.notePruned(run.id, pruned)
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

  /** Folder and weights of the run's teacher; undefined: it has none. */
  async function teacherOf(run: RunRecord): Promise<{ dir: string; sha256: string } | undefined> {
    if (run.teacherId === null) return undefined
    const teacher = store.runs.get(run.teacherId)
    if (teacher.status !== 'completed') {
      throw new UserError(`teacher ${teacher.status}: ${teacher.name} (${teacher.id})`, {
        fix: `virtlab resume ${teacher.id} ${run.id}`,
      })
    }
    return bestCheckpoint(store, teacher, runDir(teacher.id))
  }

  /** Files may have changed between two attempts; then the run is no longer what it was begun as. */
  async function noteFingerprint(run: RunRecord, teacherWeights: string | null): Promise<void> {
    const before = store.runs.fingerprint(run.id)
    const now = await fingerprint(trainedConfig(run), teacherWeights)
    if (before === now) return
    store.runs.setFingerprint(run.id, now)
    if (before === undefined) return
    const text = 'the data, the pretrained weights or the teacher have changed since this run began'
    store.details.addLog(run.key, { time: Date.now(), level: 'warn', source: 'core', text })
  }

  return train
}

/** Ends a job that no trainer has been started for. */
export function endWithoutTrainer(
  store: Store,
  job: Job,
  status: RunRecord['status'],
  error: RunError | null,
): RunRecord {
  store.jobs.ended(job.key, { code: null, signal: null })
  store.runs.setStatus(job.runId, status, error)
  return store.runs.get(job.runId)
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
