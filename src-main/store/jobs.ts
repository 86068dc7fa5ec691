import { hostname } from 'node:os'
import type { Database } from 'better-sqlite3'
import { processStarted } from './process-identity.ts'

/** A foreign host's process cannot be looked up: it counts as gone after this much silence. */
const foreignSilenceMs = 120_000

export interface Job {
  key: number
  runId: string
  attempt: number
  state: 'waiting' | 'running' | 'ended'
  trainerPid: number | null
  trainerStarted: string | null
  resumeStep: number | null
  removedPoints: number | null
  queuedAt: number
  startedAt: number | null
  endedAt: number | null
  exitCode: number | null
  exitSignal: string | null
}

export interface JobsTable {
  /** Queues an attempt at a run, owned by this process. */
  enqueue(runId: string, resumed?: { step: number | null; removedPoints: number }): Job
  /** A run's attempts, in order. */
  ofRun(runId: string): Job[]
  /** Time a run was trained for, over all its attempts; undefined before the first. */
  workedMs(runId: string): number | undefined
  started(job: number, trainerPid: number): void
  heartbeat(job: number): void
  ended(job: number, exit: { code: number | null; signal: string | null }): void
  /** What other processes train or will train. */
  elsewhere(): JobElsewhere[]
  /** Ends the jobs whose owner is gone and returns the runs they were for. */
  reapOrphans(): { runId: string; state: 'waiting' | 'running' }[]
}

/** A job that another process owns. */
export interface JobElsewhere {
  key: number
  run: number
  runId: string
  state: 'waiting' | 'running'
  attempt: number
  resumeStep: number | null
  queuedAt: number
  /** When its process last said that it trains; Unix ms. */
  heartbeatAt: number
}

interface Owner {
  key: number
  runId: string
  state: 'waiting' | 'running'
  host: string
  pid: number
  started: string
  heartbeat: number
}

export function createJobsTable(db: Database): JobsTable {
  const me = {
    host: hostname(),
    pid: process.pid,
    started: processStarted(process.pid) ?? 'unknown',
  }
  const insert = db.prepare(`
    INSERT INTO jobs (run, attempt, state, owner_host, owner_pid, owner_started, heartbeat_at,
      resume_step, removed_points, queued_at)
    SELECT r.key, 1 + (SELECT count(*) FROM jobs WHERE run = r.key), 'waiting', :host, :pid, :started,
      :now, :step, :removedPoints, :now
    FROM runs r WHERE r.id = :runId`)
  const ofRun = db.prepare<[string], Job>(`
    SELECT j.key, r.id AS runId, attempt, state, trainer_pid AS trainerPid,
      trainer_started AS trainerStarted, resume_step AS resumeStep,
      removed_points AS removedPoints, queued_at AS queuedAt, j.started_at AS startedAt,
      j.ended_at AS endedAt, exit_code AS exitCode, exit_signal AS exitSignal
    FROM jobs j JOIN runs r ON r.key = j.run WHERE r.id = ? ORDER BY attempt`)
  const start = db.prepare(`
    UPDATE jobs SET state = 'running', trainer_pid = :pid, trainer_started = :started,
      started_at = :now, heartbeat_at = :now WHERE key = :job`)
  const beat = db.prepare('UPDATE jobs SET heartbeat_at = ? WHERE key = ?')
  const end = db.prepare(`
    UPDATE jobs SET state = 'ended', ended_at = ?, exit_code = ?, exit_signal = ? WHERE key = ?`)
  const open = db.prepare<[], Owner>(`
    SELECT j.key, r.id AS runId, j.state, owner_host AS host, owner_pid AS pid,
      owner_started AS started, heartbeat_at AS heartbeat
    FROM jobs j JOIN runs r ON r.key = j.run WHERE j.state <> 'ended'`)

  const elsewhere = db.prepare<typeof me, JobElsewhere>(`
    SELECT j.key, j.run, r.id AS runId, j.state, j.attempt, j.resume_step AS resumeStep,
      j.queued_at AS queuedAt, j.heartbeat_at AS heartbeatAt
    FROM jobs j JOIN runs r ON r.key = j.run
    WHERE j.state <> 'ended'
      AND NOT (owner_host = :host AND owner_pid = :pid AND owner_started = :started)
    ORDER BY j.key`)

  const gone = (owner: Owner): boolean =>
    owner.host === me.host
      ? processStarted(owner.pid) !== owner.started
      : Date.now() - owner.heartbeat > foreignSilenceMs

  return {
    enqueue(runId, resumed) {
      insert.run({
        ...me,
        runId,
        step: resumed?.step ?? null,
        removedPoints: resumed?.removedPoints ?? null,
        now: Date.now(),
      })
      const job = ofRun.all(runId).at(-1)
      if (!job) throw new Error(`there is no run ${runId}`)
      return job
    },
    ofRun: (runId) => ofRun.all(runId),
    workedMs(runId) {
      const times = ofRun
        .all(runId)
        .flatMap(({ startedAt, endedAt }) =>
          startedAt === null ? [] : [(endedAt ?? Date.now()) - startedAt],
        )
      return times.length === 0 ? undefined : times.reduce((sum, time) => sum + time, 0)
    },
    started(job, pid) {
      start.run({ job, pid, started: processStarted(pid) ?? null, now: Date.now() })
    },
    heartbeat(job) {
      beat.run(Date.now(), job)
    },
    ended(job, { code, signal }) {
      end.run(Date.now(), code, signal, job)
    },
    elsewhere: () => elsewhere.all(me),
    reapOrphans: () =>
      db
        .transaction(() => {
          const orphans = open.all().filter(gone)
          for (const { key } of orphans) end.run(Date.now(), null, null, key)
          return orphans.map(({ runId, state }) => ({ runId, state }))
        })
        .immediate(),
  }
}
