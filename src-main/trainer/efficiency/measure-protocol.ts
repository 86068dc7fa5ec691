import { z } from 'zod'
import {
  countedQuantities,
  measureSettings,
  measuredModel,
  timing,
} from '../../../src-shared/efficiency.ts'
import { childRefusal } from '../../child-refusal.ts'

const texts = z.discriminatedUnion('kind', [
  /** Each model reads them with its own tokenizer. */
  z.strictObject({
    kind: z.literal('pairs'),
    pairs: z.array(z.strictObject({ x: z.string(), y: z.string() })).min(1),
  }),
  /** Token ids at random, texts of these lengths with [CLS] and [SEP]; null: as long as the model reads. */
  z.strictObject({
    kind: z.literal('synthetic'),
    x: z.int().min(3).nullable(),
    y: z.int().min(3).nullable(),
  }),
])

/** What measure-child.ts is asked for, as JSON on stdin. */
export const measureRequest = z.strictObject({
  /** time: everything but memory. memory: the model alone, in a process of its own. */
  mode: z.enum(['time', 'memory']),
  /** Checkpoint folders. */
  dir: z.string(),
  referenceDir: z.string().nullable(),
  texts,
  settings: measureSettings,
  backendsDir: z.string(),
})
export type MeasureRequest = z.infer<typeof measureRequest>

const counts = z.partialRecord(z.enum(countedQuantities), z.number().nullable())

/** What it prints, JSON, one a line. */
export const measureLine = z.discriminatedUnion('kind', [
  /** `done` of `total` parts; `part` is the one that begins. */
  z.strictObject({
    kind: z.literal('progress'),
    part: z.string(),
    done: z.int(),
    total: z.int(),
  }),
  z.strictObject({
    kind: z.literal('timed'),
    model: measuredModel,
    backend: z.string(),
    device: z.string(),
    lengths: z.strictObject({ x: z.number(), y: z.number(), joint: z.number() }),
    timings: z.array(timing),
    counts,
    pairs: z.int(),
    referenceType: measuredModel.shape.type.nullable(),
  }),
  z.strictObject({ kind: z.literal('memory'), counts }),
  childRefusal,
])
export type MeasureLine = z.infer<typeof measureLine>
