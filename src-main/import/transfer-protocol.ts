import { z } from 'zod'
import { importProgress, importSummary } from '../../src-shared/contract/import.ts'
import { importFormat } from '../../src-shared/run-record.ts'
import { childRefusal } from '../child-refusal.ts'

/** What transfer-child.ts is asked for. */
export const transferRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('import'),
    root: z.string(),
    path: z.string(),
    format: importFormat.optional(),
    dryRun: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('bundle'),
    root: z.string(),
    path: z.string(),
    runs: z.array(z.string()),
    suites: z.array(z.string()),
    checkpoints: z.boolean(),
    attention: z.boolean(),
    /** The version that asks: the process itself, installed, has no package.json. */
    virtlab: z.string(),
  }),
])

/** What it prints, JSON, one a line: how far it is, and at last what came of it. */
export const transferLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), at: importProgress }),
  z.strictObject({ kind: z.literal('imported'), summary: importSummary }),
  z.strictObject({ kind: z.literal('exported'), runs: z.int(), bytes: z.number() }),
  childRefusal,
])

export type TransferRequest = z.infer<typeof transferRequest>
export type TransferLine = z.infer<typeof transferLine>
