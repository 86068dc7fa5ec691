import { z } from 'zod'
import { backendChoice } from '../../../src-shared/config/run.ts'

/** What attend-child.ts is asked for, as JSON in its one argument. */
export const attendRequest = z.strictObject({
  x: z.string(),
  y: z.string(),
  /** Checkpoint folders. */
  models: z
    .array(z.strictObject({ source: z.enum(['teacher', 'student']), dir: z.string() }))
    .min(1),
  backend: backendChoice,
  backendsDir: z.string(),
})

const refusal = z.strictObject({
  ok: z.literal(false),
  reason: z.string(),
  fix: z.string().optional(),
})

export const attendAnswer = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    models: z.array(
      z.strictObject({
        source: z.enum(['teacher', 'student']),
        labels: z.array(z.string()),
        probabilities: z.array(z.number()),
        maps: z.array(
          z.strictObject({
            direction: z.enum(['x_to_y', 'y_to_x']),
            layer: z.int(),
            heads: z.int(),
            rowTokens: z.array(z.string()),
            columnTokens: z.array(z.string()),
            /** float32 [heads, rows, columns] in base64. */
            data: z.string(),
          }),
        ),
      }),
    ),
  }),
  refusal,
])

export type AttendRequest = z.infer<typeof attendRequest>
export type AttendAnswer = z.infer<typeof attendAnswer>
