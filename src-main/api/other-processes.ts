import type { ProgressMessage } from '../../src-shared/protocol.ts'
import type { Core } from '../core.ts'
import type { JobElsewhere } from '../store/jobs.ts'
import { settleOrphans } from '../store/open.ts'
import { createRunTails, type RunPlace } from '../store/run-tail.ts'
import type { EventHub } from './event-hub.ts'
import { storedProgress } from './stored-progress.ts'

/** Runs of the same data folder that another process trains, e.g. `virtlab train` in a terminal. */
export interface OtherProcesses {
  /** Ids of what other processes train now. */
  running(): string[]
  /** How far such a run is, by what is stored of it; null for any other. */
  progressOf(runId: string): ProgressMessage | null
  stop(): void
}

const lookMs = 1_000
/** Their processes say every ten seconds that they are there; after so much silence it is looked whether they are. */
const silenceMs = 25_000

/**
 * Tells of what other processes write as if it happened here. SQLite says in microseconds whether another
 * connection has written; only then is anything read, and only of runs that are at work elsewhere. As
 * long as nobody listens, no more than the place is kept from which news would be told.
 */
export function watchOtherProcesses(
  { store }: Core,
  events: EventHub,
  queueChanged: () => void,
): OtherProcesses {
  const { db, jobs } = store
  const tails = createRunTails(db)
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck()
  const newestRun = db.prepare<[], number>('SELECT coalesce(max(key), 0) FROM runs').pluck()
  const runsAfter = db
    .prepare<[number], string>('SELECT id FROM runs WHERE key > ? AND pending_import IS NULL')
    .pluck()
  const deletedSince = db
    .prepare<[number], string>('SELECT id FROM runs WHERE deleted_at >= ?')
    .pluck()

  interface Watched {
    job: JobElsewhere
    place: RunPlace
  }
  let version = dataVersion.get() ?? -1
  let lastRun = 0
  let lookedAt = 0
  /** By the job's key. */
  let watched = begin()

  function begin(): Map<number, Watched> {
    lastRun = newestRun.get() ?? 0
    lookedAt = Date.now()
    return new Map(
      jobs.elsewhere().map((job) => [job.key, { job, place: tails.end(job.run) }] as const),
    )
  }

  function look(): void {
    if (!db.open) return stop()
    const isHeard = events.isHeard()
    if (isHeard) settleGone(watched)
    const now = dataVersion.get() ?? -1
    if (now === version) return
    version = now
    if (isHeard) tellAll(watched)
    else watched = begin()
  }

  function tellAll(known: Map<number, Watched>): void {
    const since = lookedAt
    lookedAt = Date.now()
    const open = new Map(jobs.elsewhere().map((job) => [job.key, job]))
    const created = runsAfter.all(lastRun)
    lastRun = newestRun.get() ?? lastRun
    if (created.length > 0) events.emit('run.changed', { ids: created, what: 'created' })
    const suites = new Set(created.flatMap((id) => store.suites.withRun(id)))

    let queue = false
    for (const [key, job] of open) {
      const before = known.get(key)
      queue ||= before?.job.state !== job.state
      if (before) {
        before.job = job
        continue
      }
      const step = job.attempt === 1 ? -1 : (job.resumeStep ?? -1)
      known.set(key, { job, place: tails.from(job.run, step, job.queuedAt) })
      if (job.attempt === 1) continue
      events.emit('run.truncated', { runId: job.runId, step })
      events.emit('run.changed', { ids: [job.runId], what: 'status' })
    }
    for (const [key, { job, place }] of known) {
      const hasEnded = !open.has(key)
      if (hasEnded) known.delete(key)
      queue ||= hasEnded
      const hasState = tellRun(job.runId, place)
      if (hasState || hasEnded) for (const id of store.suites.withRun(job.runId)) suites.add(id)
    }
    if (suites.size > 0) events.emit('suite.changed', { ids: [...suites] })
    if (queue) queueChanged()
    if (known.size === 0 && !queue && created.length === 0) {
      const ids = deletedSince.all(since)
      if (ids.length > 0) events.emit('run.changed', { ids, what: 'deleted' })
    }
  }

  /** Returns whether its status or facts are others. */
  function tellRun(runId: string, place: RunPlace): boolean {
    const news = tails.read(place)
    const { points, logs, system, attentionSteps, checkpoints } = news
    if (points.step.length > 0) {
      events.emit('run.points', { runId, points })
      const progress = storedProgress(store, runId)
      if (progress) events.emit('run.progress', progress)
    }
    if (system.length > 0) events.emit('run.system', { runId, samples: system })
    if (attentionSteps.length > 0) events.emit('run.attention', { runId, steps: attentionSteps })
    if (news.hasPredictions) events.emit('run.predictions', { runId })
    for (const checkpoint of checkpoints) events.emit('run.checkpoint', { runId, checkpoint })
    if (logs.length > 0) events.emit('run.logs', { runId, lines: logs })
    if (news.hasState) events.emit('run.changed', { ids: [runId], what: 'status' })
    return news.hasState
  }

  /** A process that was killed cannot say so. */
  function settleGone(known: Map<number, Watched>): void {
    const silent = [...known.values()].some(
      ({ job }) => job.state === 'running' && Date.now() - job.heartbeatAt > silenceMs,
    )
    if (!silent) return
    db.transaction(settleOrphans).immediate(store)
    tellAll(known)
  }

  const timer = setInterval(look, lookMs)
  timer.unref()
  const stop = () => clearInterval(timer)

  return {
    running: () =>
      jobs.elsewhere().flatMap(({ runId, state }) => (state === 'running' ? [runId] : [])),
    progressOf: (runId) =>
      jobs.elsewhere().some((job) => job.runId === runId && job.state === 'running')
        ? storedProgress(store, runId)
        : null,
    stop,
  }
}
