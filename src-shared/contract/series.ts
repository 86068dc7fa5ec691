import { z } from 'zod'
import { call, float64, runId } from './call.ts'

/** `elapsed`: milliseconds since the run's first point; `time`: Unix ms; `epoch`: passes over the data. */
export const xAxes = ['step', 'epoch', 'time', 'elapsed'] as const
const xAxis = z.enum(xAxes).default('step')

const view = {
  keys: z.array(z.string()).min(1).max(200),
  /** How many pixels wide the plot is: about so many buckets come back for a series, spikes kept. */
  pixels: z.int().min(2).max(20_000),
  x: xAxis,
  /** In units of `x`, both ends included; default: all there is. */
  range: z.strictObject({ from: z.number().optional(), to: z.number().optional() }).default({}),
  /** `log`: the buckets grow with x, so that a logarithmic axis is as fine at its left as at its right. */
  spacing: z.enum(['linear', 'log']).default('linear'),
}

/**
 * One series as columns; element i stands for the points of one bucket. A line goes through `mean`, a
 * spike shows in `min` and `max`. NaN in all three where a bucket holds no finite point.
 */
export const bucketColumns = z.strictObject({
  run: z.string(),
  key: z.string(),
  /** Where the bucket begins, in units of `x`. */
  x: float64,
  /** First step of the bucket. */
  step: float64,
  mean: float64,
  min: float64,
  max: float64,
  /** Every bucket is one point: nothing is hidden behind another. */
  exact: z.boolean(),
  /** Points in the range that are NaN or infinite. */
  nonfinite: z.int(),
})

/** A group of runs (seeds) as one line with bands. Every array has one element a bucket. */
export const groupColumns = z.strictObject({
  group: z.string(),
  key: z.string(),
  x: float64,
  step: float64,
  /** Over the runs that have points in the bucket, of each run's mean there. */
  mean: float64,
  /** Sample standard deviation; NaN for one run. */
  std: float64,
  /** Of any point of any run in the bucket. */
  min: float64,
  max: float64,
  /** How many runs have points there. */
  n: float64,
})

export const seriesCalls = {
  /** Names of series and how many of the runs have them. */
  'series.names': call(
    z.strictObject({ runs: z.array(runId).max(10_000) }),
    z.strictObject({ names: z.array(z.strictObject({ key: z.string(), runs: z.int() })) }),
  ),
  /** In the order of runs, then keys; a series that a run does not have is left out. */
  'series.buckets': call(
    z.strictObject({ runs: z.array(runId).max(1000), ...view }),
    z.strictObject({ series: z.array(bucketColumns) }),
  ),
  'series.group': call(
    z.strictObject({
      groups: z
        .array(z.strictObject({ group: z.string(), runs: z.array(runId).min(1).max(1000) }))
        .max(200),
      ...view,
    }),
    z.strictObject({ series: z.array(groupColumns) }),
  ),
  /** Exact points of one series, for copying and for looking at a stretch. */
  'series.points': call(
    z.strictObject({
      run: runId,
      key: z.string(),
      from: z.int().min(0).optional(),
      to: z.int().min(0).optional(),
      limit: z.int().min(1).max(1_000_000).default(100_000),
    }),
    z.strictObject({ step: float64, value: float64, time: float64, total: z.int() }),
  ),
}

export type XAxis = (typeof xAxes)[number]
export type BucketColumns = z.infer<typeof bucketColumns>
export type GroupColumns = z.infer<typeof groupColumns>
