import { z } from 'zod'
import { runConfig, type RunConfig } from './config/run.ts'
import { UserError } from './errors.ts'
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

/** Programs that runs can be imported from. */
export const foreignFormats = ['tensorboard', 'mlflow', 'wandb'] as const
export const foreignFormat = z.enum(foreignFormats)

/** Where an imported run comes from, and what that program had logged as its parameters. */
export const runSource = z.strictObject({
  format: foreignFormat,
  /** The file or folder it was read from. */
  path: z.string(),
  /** The run's id there. */
  id: z.string(),
  /** Its experiment or project there. */
  project: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
})

/** What runs can be imported from: our own bundle or data folder, or what another program has logged. */
export const importFormats = ['bundle', 'virtlab', ...foreignFormats] as const
export const importFormat = z.enum(importFormats)

/** How a run came into this data folder, where it was not made there. */
export const importedFrom = z.strictObject({
  format: importFormat,
  /** The file or folder. */
  path: z.string(),
  /** Unix ms. */
  at: z.int(),
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
  /** Null for a run of another program: see `source`. */
  config: runConfig.nullable(),
  source: runSource.nullable(),
  importedFrom: importedFrom.nullable(),
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
export type ForeignFormat = z.infer<typeof foreignFormat>
export type RunSource = z.infer<typeof runSource>
export type ImportFormat = z.infer<typeof importFormat>
export type ImportedFrom = z.infer<typeof importedFrom>
export type RunRecord = z.infer<typeof runRecord>

/** What Virtlab trained it with. Throws UserError for a run of another program. */
export function trainedConfig({ id, name, config, source }: RunRecord): RunConfig {
  if (config) return config
  throw new UserError(`Virtlab did not train this run, it was imported from ${source?.format}`, {
    where: `run ${id} (${name})`,
    fix: 'Choose a run that Virtlab has trained.',
  })
}

/** Its configuration, or the parameters that the program it comes from had logged. */
export const settingsOf = ({ config, source }: RunRecord): object =>
  config ?? source?.settings ?? {}
