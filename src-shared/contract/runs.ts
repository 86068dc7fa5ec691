import { z } from 'zod'
import { runConfig } from '../config/run.ts'
import { progressMessage } from '../protocol.ts'
import { runRecord, runStatus } from '../run-record.ts'
import { call, done, nothing, offset, runId, runIds } from './call.ts'
import { runBrief, runQuery, runRow } from './run-query.ts'

/** Of a series, over all its points. `best`: at the best checkpoint's step. */
export const seriesSummary = z.strictObject({
  name: z.string(),
  n: z.int(),
  nonfinite: z.int(),
  last: z.strictObject({
    step: z.int(),
    value: z.union([z.number(), z.nan(), z.literal(Infinity), z.literal(-Infinity)]),
  }),
  best: z.number().nullable(),
  min: z.strictObject({ step: z.int(), value: z.number() }).nullable(),
  max: z.strictObject({ step: z.int(), value: z.number() }).nullable(),
  mean: z.number().nullable(),
})

export const attempt = z.strictObject({
  attempt: z.int(),
  state: z.enum(['waiting', 'running', 'ended']),
  trainerPid: z.int().nullable(),
  resumeStep: z.int().nullable(),
  removedPoints: z.int().nullable(),
  queuedAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  exitCode: z.int().nullable(),
  exitSignal: z.string().nullable(),
})

export const runDetail = z.strictObject({
  brief: runBrief,
  record: runRecord,
  teacher: runBrief.nullable(),
  students: z.array(runBrief),
  /** The same configuration with other seeds. */
  siblings: z.array(runBrief),
  bestStep: z.int().nullable(),
  /** Class names in class order; empty until the data has been read. */
  labels: z.array(z.string()),
  series: z.array(seriesSummary),
  attempts: z.array(attempt),
  /** Of a running run that this core trains. */
  progress: progressMessage.nullable(),
  predictions: z.array(
    z.strictObject({ split: z.enum(['dev', 'test']), n: z.int(), correct: z.int() }),
  ),
  hasAttention: z.boolean(),
  /** What can be done with it now. */
  can: z.strictObject({
    stop: z.boolean(),
    resume: z.boolean(),
    cancel: z.boolean(),
    delete: z.boolean(),
  }),
  folder: z.string(),
})

const labelling = z.strictObject({
  id: runId,
  name: z.string().min(1).max(200).optional(),
  notes: z.string().max(20_000).optional(),
  tags: z.array(z.string().min(1).max(60)).max(50).optional(),
})

export const runCalls = {
  'runs.list': call(
    runQuery.extend({ offset, limit: z.int().min(1).max(1000).default(200) }),
    z.strictObject({
      /** Rows in all (groups or runs), and the runs in them. */
      total: z.int(),
      totalRuns: z.int(),
      offset: z.int(),
      rows: z.array(runRow),
    }),
  ),
  /** Every column there is, for choosing and filtering. */
  'runs.columns': call(
    nothing,
    z.strictObject({
      config: z.array(
        z.strictObject({
          key: z.string(),
          /** Different values over all runs; the first few of them. */
          distinct: z.int(),
          values: z.array(z.union([z.string(), z.number(), z.boolean()])),
        }),
      ),
      metrics: z.array(z.strictObject({ key: z.string(), runs: z.int() })),
      tags: z.array(z.strictObject({ tag: z.string(), runs: z.int() })),
      /** Newest first. */
      suites: z.array(z.strictObject({ id: z.string(), name: z.string() })),
      /** Of all suites; levels in their order. */
      factors: z.array(z.strictObject({ factor: z.string(), levels: z.array(z.string()) })),
      statuses: z.partialRecord(runStatus, z.int()),
      active: z.int(),
      archived: z.int(),
      deleted: z.int(),
    }),
  ),
  'runs.get': call(z.strictObject({ id: runId }), runDetail),
  /** `before` undoes it: give it back as `changes`. */
  'runs.update': call(
    z.strictObject({ changes: z.array(labelling).min(1).max(10_000) }),
    z.strictObject({ before: z.array(labelling) }),
  ),
  'runs.archive': call(z.strictObject({ ids: runIds, archived: z.boolean() }), done),
  /** Hides runs; nothing is lost until they are purged. Refused for runs that are queued or running. */
  'runs.delete': call(z.strictObject({ ids: runIds }), done),
  'runs.restore': call(z.strictObject({ ids: runIds }), done),
  /** Removes deleted runs for good, their folders too. */
  'runs.purge': call(z.strictObject({ ids: runIds }), z.strictObject({ freedBytes: z.number() })),
  /** What a run was trained with, to edit and train again; its teacher's settings come along. */
  'runs.clone': call(
    z.strictObject({
      id: runId,
      /** Begin with the weights of this checkpoint (its encoder) instead of those the run began with. */
      checkpointStep: z.int().min(0).optional(),
    }),
    z.strictObject({
      name: z.string(),
      config: runConfig,
      teacher: z.strictObject({ id: z.string(), name: z.string(), config: runConfig }).nullable(),
      /** Both as a recipe. */
      yaml: z.string(),
    }),
  ),
  /** Ends with a checkpoint; `kill` ends at once, what was acknowledged stays. */
  'runs.stop': call(z.strictObject({ id: runId, kill: z.boolean().default(false) }), done),
  /** Goes on from the last checkpoint; queued. */
  'runs.resume': call(
    z.strictObject({ id: runId }),
    z.strictObject({ resumeStep: z.int().nullable(), removedPoints: z.int() }),
  ),
  /** Takes the run back to this checkpoint and trains on from there; what it logged later is removed. */
  'runs.restartFromCheckpoint': call(
    z.strictObject({ id: runId, step: z.int().min(0) }),
    z.strictObject({ resumeStep: z.int().nullable(), removedPoints: z.int() }),
  ),
}

export type RunDetail = z.infer<typeof runDetail>
export type SeriesSummary = z.infer<typeof seriesSummary>
export type RunLabelling = z.infer<typeof labelling>
