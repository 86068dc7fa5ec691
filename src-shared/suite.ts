import { z } from 'zod'
import { encoderSizes, modelTypes } from './config/model.ts'

/**
 * How a suite's cell stands:
 * impossible (it cannot be trained, or shall not) · waiting (for its turn, or for its teacher) · running ·
 * completed · pruned (stopped because it lagged behind) · failed · blocked (its teacher failed) ·
 * interrupted (stopped, or its process went away: it goes on from its checkpoint) · missing (its run was
 * deleted).
 */
export const cellStates = [
  'completed',
  'running',
  'waiting',
  'interrupted',
  'failed',
  'blocked',
  'pruned',
  'missing',
  'impossible',
] as const
export const cellState = z.enum(cellStates)
export type CellState = z.infer<typeof cellState>

/** States that a suite is done with, without anybody's doing. */
export const settledStates: ReadonlySet<CellState> = new Set(['completed', 'pruned', 'impossible'])

const sizes = Object.keys(encoderSizes) as (keyof typeof encoderSizes)[]

/** What a preset can be told. */
export const presetOptions = z.strictObject({
  data: z
    .string()
    .optional()
    .describe('demo, a file of pairs, or a recipe’s name or file; default: demo'),
  pretrained: z.string().optional().describe('BERT folder that teacher and students start from'),
  size: z.enum(sizes).optional().describe('Encoder size without one'),
  vocab: z.string().optional().describe('vocab.txt of an encoder without a folder'),
  students: z.array(z.enum(modelTypes)).min(1).optional(),
  alpha: z.number().min(0).optional().describe('Weight of VIRT'),
  steps: z.int().positive().optional().describe('Optimizer steps of every run'),
  teacherSteps: z.int().positive().optional().describe('… of the teacher; default: `steps`'),
  epochs: z.number().positive().optional().describe('Passes over the data, of every run'),
})

export type PresetOptions = z.infer<typeof presetOptions>
