import { z } from 'zod'
import { modelTypes } from '../config/model.ts'
import { measureSettings, storedMeasurement } from '../efficiency.ts'
import { call, done, nothing, runId, unixMs } from './call.ts'
import { exportFormats, file } from './export.ts'

/** A cost over the seeds of a group: the median, and all that their 95 % intervals cover. */
const cost = z.strictObject({ value: z.number(), low: z.number(), high: z.number() })

/** Runs that differ in their seed only, measured on one hardware. */
export const costPoint = z.strictObject({
  key: z.string(),
  name: z.string(),
  modelType: z.enum(modelTypes),
  dataset: z.string(),
  hardware: z.string(),
  runs: z.array(
    z.strictObject({ id: z.string(), name: z.string(), seed: z.int(), measuredAt: unixMs }),
  ),
  /** By metric (`test/accuracy`): over all completed runs of the group; std is null for one. */
  scores: z.record(
    z.string(),
    z.strictObject({ mean: z.number(), std: z.number().nullable(), n: z.int() }),
  ),
  /** By cost key: `pair_ms`, `query_ms/100`, `speedup_query/100`, `flops_pair` … (docs/efficiency.md). */
  costs: z.record(z.string(), cost),
  reference: z.string().nullable(),
})
export type CostPoint = z.infer<typeof costPoint>
export type CostEstimate = z.infer<typeof cost>

const atHand = z.strictObject({
  id: z.string(),
  name: z.string(),
  seed: z.int(),
  modelType: z.enum(modelTypes),
  dataset: z.string(),
  measured: z.boolean(),
})

/** What measures now, what waits, and what did not go. */
export const measuringState = z.strictObject({
  running: z
    .strictObject({
      runId: z.string(),
      name: z.string(),
      part: z.string(),
      done: z.int(),
      total: z.int(),
    })
    .nullable(),
  waiting: z.array(z.string()),
  /** Measured since this batch began. */
  finished: z.int(),
  failed: z.array(z.strictObject({ runId: z.string(), name: z.string(), message: z.string() })),
})
export type MeasuringState = z.infer<typeof measuringState>

export const efficiencyCalls = {
  'efficiency.points': call(nothing, z.strictObject({ points: z.array(costPoint) })),
  /** Completed runs whose best checkpoint is on disk; the newest first. */
  'efficiency.atHand': call(nothing, z.strictObject({ runs: z.array(atHand) })),
  /** Measurements of a run with every sample, newest first. */
  'efficiency.ofRun': call(
    z.strictObject({ id: runId }),
    z.strictObject({ measurements: z.array(storedMeasurement) }),
  ),
  /** Begins, or adds to what waits; one run is measured at a time. */
  'efficiency.measure': call(
    z.strictObject({
      ids: z.array(runId).min(1).max(1000),
      settings: measureSettings.default(measureSettings.parse({})),
    }),
    done,
  ),
  'efficiency.cancel': call(nothing, done),
  'efficiency.state': call(nothing, measuringState),
  /** The speed-up table of one dataset and hardware. */
  'efficiency.export': call(
    z.strictObject({
      dataset: z.string(),
      hardware: z.string(),
      metric: z.string(),
      format: z.enum(exportFormats),
    }),
    file,
  ),
}
