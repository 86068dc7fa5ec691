import type { RunDetail, SeriesSummary } from '../../../src-shared/contract/runs.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { createBriefs } from './brief.ts'

export function runDetailHandlers(context: ApiContext): Handlers<'runs.get'> {
  const { core, worker } = context
  const { db, runs, details, jobs, series } = core.store
  const briefs = createBriefs(db)
  const studentKeys = db.prepare<[number], number>('SELECT key FROM runs WHERE teacher = ?').pluck()
  const siblingKeys = db
    .prepare<[string, number], number>(
      'SELECT key FROM runs WHERE group_hash = ? AND key <> ? AND deleted_at IS NULL ORDER BY key DESC LIMIT 200',
    )
    .pluck()
  const bests = db.prepare<[number], { name: string; best: number | null }>(
    'SELECT name, best FROM series WHERE run = ?',
  )
  const bestStepOf = db
    .prepare<[number], number | null>('SELECT best_step FROM runs WHERE key = ?')
    .pluck()

  const summarize = (run: number): SeriesSummary[] => {
    const best = new Map(bests.all(run).map((row) => [row.name, row.best]))
    return series
      .summaries(run)
      .map((summary) => ({ ...summary, best: best.get(summary.name) ?? null }))
  }

  return {
    'runs.get'({ id }) {
      const record = runs.get(id)
      const { key } = record
      const teacherKey = record.teacherId === null ? null : runs.get(record.teacherId).key
      const students = studentKeys.all(key)
      const siblings = siblingKeys.all(record.groupHash, key)
      const known = briefs([
        key,
        ...(teacherKey === null ? [] : [teacherKey]),
        ...students,
        ...siblings,
      ])
      const briefOf = (of: number) => {
        const brief = known.get(of)
        if (!brief) throw new Error(`run ${of} went away`)
        return brief
      }
      return {
        brief: briefOf(key),
        record,
        teacher: teacherKey === null ? null : briefOf(teacherKey),
        students: students.map(briefOf),
        siblings: siblings.map(briefOf),
        bestStep: bestStepOf.get(key) ?? null,
        labels: labelsOf(record),
        series: summarize(key),
        attempts: jobs
          .ofRun(id)
          .map(({ key: _key, runId: _run, trainerStarted: _at, ...job }) => job),
        progress: worker.progressOf(id),
        predictions: details.predictionCounts(key),
        hasAttention: details.attentionSummary(key).length > 0,
        can: possibilities(context, record),
        folder: core.runDir(id),
      }
    },
  }
}

/** Class names in class order, as the run has found them in its data; empty before. */
export function labelsOf({ facts }: RunRecord): string[] {
  const { labels } = facts
  return Array.isArray(labels) ? labels.map(String) : []
}

function possibilities({ core }: ApiContext, run: RunRecord): RunDetail['can'] {
  const { id, status, deletedAt, config } = run
  const isOurs = core.queue.running().some(({ runId }) => runId === id)
  const isWaiting = core.queue.waiting().some(({ runId }) => runId === id)
  const idle = status !== 'running' && status !== 'queued'
  return {
    stop: isOurs,
    cancel: isWaiting,
    resume: idle && status !== 'completed' && deletedAt === null && config !== null,
    delete: idle && deletedAt === null,
  }
}
