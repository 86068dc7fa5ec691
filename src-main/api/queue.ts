import type { QueueItem } from '../../src-shared/contract/queue.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import type { ApiContext, Handlers } from './context.ts'
import { createBriefs } from './runs/brief.ts'

interface JobRow {
  run: number
  runId: string
  attempt: number
  state: 'waiting' | 'running' | 'ended'
  queuedAt: number
  startedAt: number | null
  endedAt: number | null
}

export function queueHandlers({
  core,
  events,
  worker,
}: ApiContext): Handlers<
  'queue.list' | 'queue.reorder' | 'queue.pause' | 'queue.resume' | 'queue.cancel'
> {
  const { db, runs } = core.store
  const { queue } = core
  const briefs = createBriefs(db)
  const columns = `j.run, r.id AS runId, j.attempt, j.state, j.queued_at AS queuedAt,
    j.started_at AS startedAt, j.ended_at AS endedAt FROM jobs j JOIN runs r ON r.key = j.run`
  const open = db.prepare<[], JobRow>(`SELECT ${columns} WHERE j.state <> 'ended' ORDER BY j.key`)
  const ended = db.prepare<[number], JobRow>(
    `SELECT ${columns} WHERE j.state = 'ended' AND r.deleted_at IS NULL
     ORDER BY j.ended_at DESC, j.key DESC LIMIT ?`,
  )

  return {
    'queue.list'({ recent }) {
      const order = queue.waiting().map(({ runId }) => runId)
      const place = (runId: string) => order.indexOf(runId)
      const current = new Set(queue.running().map(({ runId }) => runId))
      const rows = open.all()
      const ofOthers = rows.filter(({ runId }) => !current.has(runId) && place(runId) < 0)
      const describe = createDescriber([...rows, ...ended.all(recent)])
      return {
        paused: queue.paused,
        running: [
          ...rows
            .filter(({ runId }) => current.has(runId))
            .map((row) => describe(row, 'running', null)),
          ...ofOthers
            .filter(({ state }) => state === 'running')
            .map((row) => describe(row, 'elsewhere', null)),
        ],
        waiting: rows
          .filter(({ runId }) => place(runId) >= 0 && !current.has(runId))
          .sort((a, b) => place(a.runId) - place(b.runId))
          .map((row) => describe(row, 'waiting', place(row.runId) + 1)),
        waitingElsewhere: ofOthers.filter(({ state }) => state === 'waiting').length,
        recent: ended.all(recent).map((row) => describe(row, 'ended', null)),
      }
    },
    'queue.reorder'({ runs: ids }) {
      queue.reorder(ids)
      worker.announce()
      return {}
    },
    'queue.pause'() {
      queue.setPaused(true)
      worker.announce()
      return {}
    },
    'queue.resume'() {
      queue.setPaused(false)
      worker.announce()
      worker.kick()
      return {}
    },
    'queue.cancel'({ runs: ids }) {
      const cancelled = queue.cancel(ids).map(({ id }) => id)
      if (cancelled.length > 0) events.emit('run.changed', { ids: cancelled, what: 'status' })
      worker.announce()
      return { cancelled }
    },
  }

  function createDescriber(rows: JobRow[]) {
    const records = new Map<string, RunRecord>()
    const record = (id: string) => {
      const known = records.get(id) ?? runs.get(id)
      records.set(id, known)
      return known
    }
    const teachers = rows.flatMap(({ runId }) => {
      const { teacherId } = record(runId)
      return teacherId === null ? [] : [record(teacherId)]
    })
    const known = briefs([...rows.map(({ run }) => run), ...teachers.map(({ key }) => key)])
    const brief = (key: number) => {
      const found = known.get(key)
      if (!found) throw new Error(`run ${key} went away`)
      return found
    }
    return (row: JobRow, state: QueueItem['state'], position: number | null): QueueItem => {
      const { teacherId } = record(row.runId)
      const teacher = teacherId === null ? undefined : record(teacherId)
      return {
        run: brief(row.run),
        attempt: row.attempt,
        state,
        position,
        dependsOn: teacher ? brief(teacher.key) : null,
        blocked: state === 'waiting' && teacher ? blockedBy(teacher) : null,
        progress: worker.progressOf(row.runId),
        queuedAt: row.queuedAt,
        startedAt: row.startedAt,
        endedAt: row.endedAt,
      }
    }
  }
}

function blockedBy({ status }: RunRecord): QueueItem['blocked'] {
  switch (status) {
    case 'completed':
      return null
    case 'queued':
      return 'teacher_waiting'
    case 'running':
      return 'teacher_running'
    default:
      return 'teacher_unfinished'
  }
}
