import { z } from 'zod'
import { runConfig } from './config/run.ts'

/**
 * Messages between the core and a trainer process, over Node's IPC with structured clone (typed
 * arrays travel as they are). Whatever must not be lost goes in a `batch`: the core writes it in one
 * transaction and answers `ack` with its seq; a batch whose seq was already written is acknowledged
 * again and not written twice.
 */

export const startMessage = z.strictObject({
  type: z.literal('start'),
  runId: z.string(),
  config: runConfig,
  /** The run's own folder; checkpoints go in `<runDir>/checkpoints`. */
  runDir: z.string(),
  dataDir: z.string(),
  /** Folder of the teacher's best checkpoint. */
  teacherDir: z.string().optional(),
  /** Folder of the checkpoint to go on from. */
  resumeDir: z.string().optional(),
  /** The first batch's seq; a resumed run counts on from what is stored. */
  nextSeq: z.int().positive(),
})

export const coreMessage = z.discriminatedUnion('type', [
  startMessage,
  z.strictObject({ type: z.literal('ack'), seq: z.int().positive() }),
  /** Write a checkpoint, then exit. */
  z.strictObject({ type: z.literal('stop') }),
])

const float64 = z.instanceof(Float64Array)

/** Scalar points as columns: point i is (keys[keyIndex[i]], step[i], value[i], time[i] in Unix ms). */
export const pointColumns = z
  .strictObject({
    keys: z.array(z.string().min(1)),
    keyIndex: z.instanceof(Uint16Array),
    step: float64,
    value: float64,
    time: float64,
  })
  .refine(
    (p) => new Set([p.keyIndex.length, p.step.length, p.value.length, p.time.length]).size === 1,
    'columns differ in length',
  )
  .refine((p) => p.keyIndex.every((k) => k < p.keys.length), 'keyIndex out of range')

export const logLine = z.strictObject({
  time: z.number(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  text: z.string(),
})

/** One example's answer; `split` is dev or test. The latest evaluation replaces the one before. */
export const prediction = z.strictObject({
  split: z.enum(['dev', 'test']),
  exampleId: z.string(),
  x: z.string(),
  y: z.string(),
  label: z.int().min(0),
  /** What the pair is a candidate for, where the file's column says it. */
  query: z.string().optional(),
  logits: z.instanceof(Float32Array),
})

/** Maps of one example at one step and layer: [heads, rows, columns] of float16, deflated. */
export const attentionSnapshot = z.strictObject({
  step: z.int().min(0),
  exampleId: z.string(),
  layer: z.int().min(1),
  source: z.enum(['teacher', 'student']),
  direction: z.enum(['x_to_y', 'y_to_x']),
  heads: z.int().positive(),
  rowTokens: z.array(z.string()),
  columnTokens: z.array(z.string()),
  data: z.instanceof(Uint8Array),
})

export const checkpointRecord = z.strictObject({
  step: z.int().min(0),
  kind: z.enum(['best', 'last']),
  /** Folder, relative to the run's folder. */
  path: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('Of model.safetensors'),
  bytes: z.int().positive(),
  metric: z.number().nullable(),
})

export const systemSample = z.strictObject({
  time: z.number(),
  cpuPercent: z.number().describe('Of one core, of the trainer process'),
  rssBytes: z.number(),
  machineCpuPercent: z.number().nullable(),
  machineMemoryUsedBytes: z.number().nullable(),
  gpuPercent: z.number().nullable(),
  gpuMemoryUsedBytes: z.number().nullable(),
  gpuTemperatureC: z.number().nullable(),
  gpuPowerW: z.number().nullable(),
})

/** What the run found out about itself once loaded; merged into the run's `facts`. */
export const runFacts = z.record(z.string(), z.unknown())

export const trainerBatch = z.strictObject({
  type: z.literal('batch'),
  runId: z.string(),
  seq: z.int().positive(),
  points: pointColumns.optional(),
  logs: z.array(logLine).default([]),
  predictions: z.array(prediction).default([]),
  attention: z.array(attentionSnapshot).default([]),
  checkpoints: z.array(checkpointRecord).default([]),
  system: z.array(systemSample).default([]),
  facts: runFacts.optional(),
})

/** For the live line only; may be lost. */
export const progressMessage = z.strictObject({
  type: z.literal('progress'),
  runId: z.string(),
  phase: z.enum(['loading', 'training', 'evaluating', 'measuring', 'saving']),
  step: z.int(),
  totalSteps: z.int(),
  epoch: z.number(),
  loss: z.number().nullable(),
  devMetric: z.strictObject({ name: z.string(), value: z.number(), best: z.number() }).nullable(),
  stepsPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
})

export const trainerMessage = z.discriminatedUnion('type', [
  trainerBatch,
  progressMessage,
  /** Sent after the last batch was acknowledged. */
  z.strictObject({
    type: z.literal('finished'),
    runId: z.string(),
    outcome: z.enum(['completed', 'stopped']),
  }),
  z.strictObject({
    type: z.literal('failed'),
    runId: z.string(),
    message: z.string(),
    where: z.string().optional(),
    fix: z.string().optional(),
    /** True for an error the user can mend, false for a defect or a crash. */
    userError: z.boolean(),
    stack: z.string().optional(),
  }),
])

/**
 * In the run's folder: the batches that a trainer could not deliver because its core was gone, a
 * `TrainerBatch[]` in V8's serialization. The next core writes them like any batch, then removes the file.
 */
export const unsentFile = 'unsent-batches.v8'

export type StartMessage = z.infer<typeof startMessage>
export type CoreMessage = z.infer<typeof coreMessage>
export type PointColumns = z.infer<typeof pointColumns>
export type LogLine = z.infer<typeof logLine>
export type Prediction = z.infer<typeof prediction>
export type AttentionSnapshot = z.infer<typeof attentionSnapshot>
export type CheckpointRecord = z.infer<typeof checkpointRecord>
export type SystemSample = z.infer<typeof systemSample>
export type TrainerBatch = z.infer<typeof trainerBatch>
export type ProgressMessage = z.infer<typeof progressMessage>
export type TrainerMessage = z.infer<typeof trainerMessage>
