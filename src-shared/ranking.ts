import { z } from 'zod'
import { modelTypes } from './config/model.ts'

/** Candidates that a model has ranked for one query. */
export const ranking = z.strictObject({
  query: z.strictObject({ id: z.string(), text: z.string() }),
  modelType: z.enum(modelTypes),
  labels: z.array(z.string()),
  /** Whose probability ranks; null: the expected score of labels that are numbers. */
  label: z.string().nullable(),
  candidates: z.int(),
  /** The best first. */
  ranked: z.array(
    z.strictObject({
      id: z.string(),
      text: z.string(),
      score: z.number(),
      /** By label, in the model's order. */
      probabilities: z.array(z.number()),
    }),
  ),
  /** Milliseconds. A cross_encoder's one step counts as `interact`. */
  times: z.strictObject({
    encodeX: z.number(),
    encodeY: z.number(),
    interact: z.number(),
    total: z.number(),
  }),
})
export type Ranking = z.infer<typeof ranking>
