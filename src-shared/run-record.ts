import { z } from 'zod'
import { runConfig } from './config/run.ts'
import { runFacts } from './protocol.ts'

/**
 * queued → running → completed | stopped (asked to) | failed (an error it could tell of) |
 * crashed (its process or the core's went away). All but completed can be resumed.
 */
export const runStatuses = [
  'queued',
  'running',
  'completed',
  'stopped',
  'failed',
  'crashed',
] as const
export const runStatus = z.enum(runStatuses)

/** What went wrong, where, and what the user can do about it. */
export const runError = z.strictObject({
  message: z.string(),
  where: z.string().nullable(),
  fix: z.string().nullable(),
  stack: z.string().nullable(),
})

/** Where a run comes from, for doing it again. */
export const provenance = z.strictObject({
  /** Commit of Virtlab's own checkout, with `+changes` where it had any; null in a package. */
  gitCommit: z.string().nullable(),
  argv: z.array(z.string()),
  host: z.string(),
  appVersion: z.string(),
  nodeVersion: z.string(),
})

/** A run as it is read back from the store. Times are Unix ms. */
export const runRecord = z.strictObject({
  key: z.int(),
  id: z.string(),
  name: z.string(),
  seed: z.int(),
  status: runStatus,
  suiteId: z.string().nullable(),
  recipe: z.string().nullable(),
  teacherId: z.string().nullable(),
  /** The same for runs that differ in nothing but their seed. */
  groupHash: z.string(),
  config: runConfig,
  facts: runFacts,
  backend: z.string().nullable(),
  device: z.string().nullable(),
  error: runError.nullable(),
  lastSeq: z.int(),
  provenance,
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  deletedAt: z.int().nullable(),
})

export type RunStatus = z.infer<typeof runStatus>
export type RunError = z.infer<typeof runError>
export type Provenance = z.infer<typeof provenance>
export type RunRecord = z.infer<typeof runRecord>
