import { z } from 'zod'
import { modelTypes } from './config/model.ts'
import { backendChoice } from './config/run.ts'
import { unixMs } from './contract/call.ts'

/** What is timed; a timing's `size` counts candidates, pairs a batch or texts. */
export const timedQuantities = ['pair', 'query', 'throughput', 'encode_y', 'index'] as const
export type TimedQuantity = (typeof timedQuantities)[number]

/** What is counted or worked out. Null: it does not exist for this model or cannot be had here. */
export const countedQuantities = [
  /** FLOPs of one pair of the measured texts, a multiply-add as two, with Y cached where the model can. */
  'flops_pair',
  /** The same with both texts encoded. */
  'flops_pair_uncached',
  /** 10⁹ FLOPs a second, pairs scored in the fastest batch size. */
  'gflops_per_second',
  'parameters',
  /** Of the whole process: runtime, weights and the largest of the measured work. */
  'peak_memory_bytes',
  /** Of the same process before the model was loaded. */
  'base_memory_bytes',
  /** Vectors and numbers kept of one candidate, on average. */
  'cache_vectors',
  'cache_width',
  'cache_bytes_float32',
  'cache_bytes_float16',
] as const
export type CountedQuantity = (typeof countedQuantities)[number]

/** How a cost is measured. */
export const measureSettings = z.strictObject({
  candidates: z
    .array(z.int().min(1).max(100_000))
    .min(1)
    .default([1, 10, 100, 1000])
    .describe('Cached candidates that one query meets'),
  batchSizes: z
    .array(z.int().min(1).max(1024))
    .min(1)
    .default([1, 8, 32])
    .describe('Pairs a batch, for pairs a second'),
  corpus: z.int().min(1).max(100_000).default(1000).describe('Texts of the index that is built'),
  seconds: z
    .number()
    .positive()
    .max(600)
    .default(2)
    .describe('About as long for each quantity, model and reference together'),
  minRounds: z.int().min(2).max(1000).default(5).describe('At least so many repeats'),
  maxRounds: z.int().min(2).max(10_000).default(200).describe('At most so many repeats'),
  backend: backendChoice.default('auto'),
})
export type MeasureSettings = z.infer<typeof measureSettings>

const samples = z.array(z.number().nonnegative())

export const timing = z.strictObject({
  quantity: z.enum(timedQuantities),
  /** Candidates, pairs a batch or texts. */
  size: z.int(),
  /** Pairs or texts that one sample works through. */
  units: z.int(),
  /** Milliseconds, in the order they were taken; the reference's sample i was taken beside the model's. */
  samples,
  reference: samples.nullable(),
})
export type Timing = z.infer<typeof timing>

/** What was measured, as the process that measures reports it. */
export const measuredModel = z.strictObject({
  type: z.enum(modelTypes),
  layers: z.int(),
  hidden: z.int(),
  heads: z.int(),
  labels: z.int(),
})

/** What the machine did meanwhile. */
export const machineConditions = z.strictObject({
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  gpu: z.string().nullable(),
  platform: z.string(),
  node: z.string(),
  /** Load average of the last minute, before and after; null where there is none (Windows). */
  loadBefore: z.number().nullable(),
  loadAfter: z.number().nullable(),
  /** Mean over the cores, MHz; null where the system does not tell. */
  clockBefore: z.number().nullable(),
  clockAfter: z.number().nullable(),
})

export const measuredReference = z.strictObject({
  runId: z.string().nullable(),
  name: z.string(),
  type: z.enum(modelTypes),
})

/** One checkpoint, measured once. */
export const costMeasurement = z.strictObject({
  model: measuredModel,
  backend: z.string(),
  device: z.string(),
  /** Of the texts, in tokens with [CLS] and [SEP], on average. */
  lengths: z.strictObject({ x: z.number(), y: z.number(), joint: z.number() }),
  /** Pairs the texts were taken from; synthetic: token ids at random, of one length. */
  texts: z.strictObject({ source: z.enum(['dev', 'test', 'synthetic']), pairs: z.int() }),
  timings: z.array(timing),
  counts: z.partialRecord(z.enum(countedQuantities), z.number().nullable()),
  reference: measuredReference.nullable(),
  machine: machineConditions,
  settings: measureSettings,
  startedAt: unixMs,
  endedAt: unixMs,
})
export type CostMeasurement = z.infer<typeof costMeasurement>

export const storedMeasurement = z.strictObject({
  id: z.string(),
  /** Null: a folder that is no run's checkpoint. */
  runId: z.string().nullable(),
  /** The run's name, or the folder's. */
  name: z.string(),
  checkpoint: z.strictObject({ kind: z.enum(['best', 'last']), step: z.int() }).nullable(),
  /** Machine and device: what times can be compared within. */
  hardware: z.string(),
  measuredAt: unixMs,
  cost: costMeasurement,
})
export type StoredMeasurement = z.infer<typeof storedMeasurement>

/** Where times can be compared: one processor model and one device, in words. */
export function hardwareOf({ machine, backend, device }: CostMeasurement): string {
  const where = machine.gpu !== null && /gpu|cuda|webgpu/i.test(`${backend} ${device}`)
  const processor = where ? machine.gpu : `${machine.cpu} × ${machine.cores}`
  return `${processor}, ${backend}`
}
