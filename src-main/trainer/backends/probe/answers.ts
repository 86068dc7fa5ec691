import { z } from 'zod'

const refusal = z.strictObject({
  ok: z.literal(false),
  reason: z.string(),
  fix: z.string().optional(),
})
export type Refusal = z.infer<typeof refusal>

/** Of measure-child.ts: a backend that works, and how fast. */
export const measurement = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    device: z.string(),
    gflops: z.number(),
    outdated: z.boolean(),
  }),
  refusal,
])
export type Measurement = z.infer<typeof measurement>

/** Of webgpu-adapter.ts: what WebGPU would compute on. */
export const adapterAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), device: z.string(), software: z.boolean() }),
  refusal,
])
export type AdapterAnswer = z.infer<typeof adapterAnswer>
