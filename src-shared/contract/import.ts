import { z } from 'zod'
import { importFormat } from '../run-record.ts'
import { call, done, path, runId } from './call.ts'

/** new: taken over; present: the same run is here; deleted: it is, hidden; different: another run has its id. */
export const importOutcomes = ['new', 'present', 'deleted', 'different'] as const

export const importedRun = z.strictObject({
  id: z.string(),
  name: z.string(),
  outcome: z.enum(importOutcomes),
  series: z.int(),
  points: z.int(),
  /** Of a `different` one: the tables in which the two are not the same. */
  differs: z.array(z.string()),
})

/** Why something of a file is not taken over. */
export const leftKinds = [
  'histogram',
  'image',
  'audio',
  'text',
  'graph',
  'tensor',
  'session',
  'plugin',
  'notNumber',
  'badStep',
  'sameStep',
  'brokenRecord',
  'cutOff',
  'artifact',
  'model',
  'dataset',
  'trace',
  'deletedRun',
  'sameRun',
  'emptyRun',
  'nested',
  'range',
  'unreadable',
  'checkpoint',
] as const
export const leftOver = z.strictObject({
  kind: z.enum(leftKinds),
  n: z.int(),
  /** The first of them: a name, a file. */
  example: z.string().nullable(),
})

export const importSummary = z.strictObject({
  format: importFormat,
  path: z.string(),
  /** Nothing was written: what would come. */
  dryRun: z.boolean(),
  runs: z.array(importedRun),
  /** Rows taken over, by the table they go to. */
  taken: z.array(z.strictObject({ table: z.string(), n: z.int() })),
  left: z.array(leftOver),
  /** Checkpoint files that come along. */
  files: z.strictObject({ n: z.int(), bytes: z.number() }),
  suites: z.int(),
  cells: z.int(),
})

export const importPhases = ['reading', 'comparing', 'writing'] as const
export const importProgress = z.strictObject({
  path: z.string(),
  phase: z.enum(importPhases),
  /** Of `total`, bytes or rows; total 0: not known. */
  done: z.number(),
  total: z.number(),
})

const importRequest = z.strictObject({
  path,
  /** Default: told from the content. */
  format: importFormat.optional(),
  /** Only look: nothing is written. */
  dryRun: z.boolean().default(false),
})

export const importCalls = {
  /**
   * Takes over runs of a bundle, of another data folder (or its database), of TensorBoard, MLflow or Weights &
   * Biases. Runs that are here already are not doubled. Progress is told by `import.progress`.
   */
  'import.runs': call(importRequest, importSummary),
  /** Ends the import or export that is at work, by its path or name; nothing of it stays. */
  'import.cancel': call(z.strictObject({ path }), done),
  /**
   * Writes runs, with their teachers, or whole suites into one file. In the window that is `path`; served, it is
   * left away, and `download` tells where to get the file from. Progress is told by `import.progress`, under
   * the path, or the name where there is none.
   */
  'bundle.export': call(
    z.strictObject({
      runs: z.array(runId).max(10_000).default([]),
      suites: z.array(z.string().min(1)).max(1000).default([]),
      checkpoints: z.boolean().default(false),
      attention: z.boolean().default(true),
      /** What the file is to be called. */
      name: z.string().min(1).max(200).default('runs.virtlab'),
      /** A file to be made; the window only. */
      path: path.optional(),
    }),
    z.strictObject({
      path: z.string().nullable(),
      /** On the served app's origin, once. */
      download: z.string().nullable(),
      runs: z.int(),
      bytes: z.number(),
    }),
  ),
}

export type ImportedRun = z.infer<typeof importedRun>
export type LeftKind = (typeof leftKinds)[number]
export type LeftOver = z.infer<typeof leftOver>
export type ImportSummary = z.infer<typeof importSummary>
export type ImportProgress = z.infer<typeof importProgress>
