import { z } from 'zod'
import { call, float32, float64, runId } from './call.ts'

const source = z.enum(['teacher', 'student'])
const direction = z.enum(['x_to_y', 'y_to_x'])

/** Attention of one example at one layer: probabilities, every row sums to 1. */
export const attentionMap = z.strictObject({
  source,
  direction,
  layer: z.int(),
  /** When it was taken; a frozen teacher's is the step at which it was looked at. */
  step: z.int(),
  heads: z.int(),
  rowTokens: z.array(z.string()),
  columnTokens: z.array(z.string()),
  /** [heads, rows, columns], row-major. */
  data: float32,
})

/** How far the student's map is from the teacher's; both are means over rows and examples. */
export const distanceMeasures = ['total_variation', 'kl'] as const

export const attentionCalls = {
  'attention.index': call(
    z.strictObject({ id: runId }),
    z.strictObject({
      examples: z.array(
        z.strictObject({
          exampleId: z.string(),
          x: z.string(),
          y: z.string(),
          /** Class; null where the example is not among the stored predictions. */
          label: z.int().nullable(),
        }),
      ),
      labels: z.array(z.string()),
      /** Steps with snapshots of the run's own model. */
      steps: z.array(z.int()),
      layers: z.array(z.int()),
      heads: z.int(),
      sources: z.array(source),
      /** Teacher layer for every student layer, where the run distils. */
      layerMap: z.array(z.int()).nullable(),
      teacherId: z.string().nullable(),
      /** Checkpoints that can look at a pair you type. */
      checkpoints: z.array(z.strictObject({ kind: z.enum(['best', 'last']), step: z.int() })),
    }),
  ),
  /** The run's own maps at this step, and its teacher's of the layer that teaches it. */
  'attention.maps': call(
    z.strictObject({
      id: runId,
      exampleId: z.string(),
      step: z.int(),
      layer: z.int(),
      source: source.optional().describe('Default: both'),
      direction: direction.optional().describe('Default: both'),
    }),
    z.strictObject({ maps: z.array(attentionMap) }),
  ),
  /** Student to teacher, by step, layer and head. Empty for a run without a teacher. */
  'attention.distances': call(
    z.strictObject({
      id: runId,
      measure: z.enum(distanceMeasures).default('total_variation'),
      direction: direction.optional().describe('Default: mean of both'),
      exampleId: z.string().optional().describe('Default: mean over all'),
    }),
    z.strictObject({
      steps: float64,
      layers: z.array(z.int()),
      heads: z.int(),
      /** [steps, layers, heads]; NaN where there is no snapshot. */
      values: float32,
      unit: z.string(),
      examples: z.int(),
    }),
  ),
  /** Runs a checkpoint on a pair of texts (in a process of its own) and gives all layers' maps. */
  'attention.onDemand': call(
    z.strictObject({
      id: runId,
      checkpoint: z.enum(['best', 'last']).default('best'),
      x: z.string().min(1).max(10_000),
      y: z.string().min(1).max(10_000),
      /** Also the teacher's. */
      teacher: z.boolean().default(true),
    }),
    z.strictObject({
      step: z.int(),
      layers: z.array(z.int()),
      labels: z.array(z.string()),
      student: z.strictObject({ probabilities: z.array(z.number()) }).nullable(),
      teacher: z.strictObject({ probabilities: z.array(z.number()) }).nullable(),
      maps: z.array(attentionMap),
    }),
  ),
}

export type AttentionMap = z.infer<typeof attentionMap>
