import { z } from 'zod'
import { checkpointRecord, logLine } from '../protocol.ts'
import { call, float64, offset, runId } from './call.ts'

export const storedLog = logLine.extend({
  /** Grows; ask for what comes after it. */
  key: z.int(),
  source: z.enum(['trainer', 'stdout', 'stderr', 'core']),
})

/** Columns of equal length; NaN where a value could not be measured. */
export const systemColumns = z.strictObject({
  time: float64,
  cpuPercent: float64.describe('Of one core, the trainer process'),
  rssBytes: float64,
  machineCpuPercent: float64,
  machineMemoryUsedBytes: float64,
  gpuPercent: float64,
  gpuMemoryUsedBytes: float64,
  gpuTemperatureC: float64,
  gpuPowerW: float64,
})

const split = z.enum(['dev', 'test'])
const probabilities = z.array(z.union([z.number(), z.nan()]))

export const predictionRow = z.strictObject({
  exampleId: z.string(),
  x: z.string(),
  y: z.string(),
  label: z.int(),
  predicted: z.int(),
  /** Of every class. */
  probabilities,
})

export const disagreementRow = z.strictObject({
  exampleId: z.string(),
  x: z.string(),
  y: z.string(),
  label: z.int(),
  a: z.strictObject({ predicted: z.int(), probabilities }),
  b: z.strictObject({ predicted: z.int(), probabilities }),
})

const limit = z.int().min(1).max(1000).default(100)

export const runDetailCalls = {
  /** Newest last. Without `after` the last lines, with `before` those in front of a line, with `after` what came since. */
  'runs.logs': call(
    z.strictObject({
      id: runId,
      after: z.int().optional(),
      before: z.int().optional(),
      levels: z.array(logLine.shape.level).optional(),
      text: z.string().optional(),
      limit: z.int().min(1).max(5000).default(500),
    }),
    z.strictObject({ lines: z.array(storedLog), total: z.int() }),
  ),
  'runs.system': call(
    z.strictObject({ id: runId, after: z.number().optional() }),
    z.strictObject({ samples: systemColumns }),
  ),
  'runs.checkpoints': call(
    z.strictObject({ id: runId }),
    z.strictObject({
      checkpoints: z.array(
        checkpointRecord.extend({
          createdAt: z.int(),
          /** The folder is still there; `resumable`: with the optimizer's state. */
          onDisk: z.boolean(),
          resumable: z.boolean(),
          folder: z.string(),
        }),
      ),
    }),
  ),
  'runs.predictions': call(
    z.strictObject({
      id: runId,
      split: split.optional().describe('Default: test where there is one'),
      onlyErrors: z.boolean().default(false),
      /** One cell of the confusion matrix, or a row or column of it. */
      label: z.int().optional(),
      predicted: z.int().optional(),
      text: z.string().optional(),
      /** `doubt`: least sure first; `confidence`: surest first (surest errors are the most telling). */
      sort: z.enum(['example', 'doubt', 'confidence']).default('example'),
      offset,
      limit,
    }),
    z.strictObject({
      split,
      splits: z.array(split),
      labels: z.array(z.string()),
      /** Examples of the split by [label][predicted], filters aside. */
      confusion: z.array(z.array(z.int())),
      /** Rows that pass the filters. */
      total: z.int(),
      rows: z.array(predictionRow),
    }),
  ),
  /** Two runs on the examples that both have answered. */
  'runs.disagreements': call(
    z.strictObject({
      a: runId,
      b: runId,
      split: split.optional(),
      kind: z
        .enum(['different', 'only_a_right', 'only_b_right', 'both_wrong', 'all'])
        .default('different'),
      text: z.string().optional(),
      offset,
      limit,
    }),
    z.strictObject({
      split,
      splits: z.array(split),
      labels: z.array(z.string()),
      /** Examples that both have; those that only one has are left out. */
      shared: z.int(),
      onlyInA: z.int(),
      onlyInB: z.int(),
      counts: z.strictObject({
        bothRight: z.int(),
        onlyARight: z.int(),
        onlyBRight: z.int(),
        bothWrong: z.int(),
        different: z.int(),
      }),
      total: z.int(),
      rows: z.array(disagreementRow),
    }),
  ),
}

export type StoredLogLine = z.infer<typeof storedLog>
export type SystemColumns = z.infer<typeof systemColumns>
export type PredictionRow = z.infer<typeof predictionRow>
export type DisagreementRow = z.infer<typeof disagreementRow>
