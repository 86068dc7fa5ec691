import { z } from 'zod'

/** One call of the contract: what it takes and what it gives, both checked where the core answers it. */
export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  input: I
  output: O
}

export const call = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): Call<I, O> => ({
  input,
  output,
})

/** The input of calls that need none. */
export const nothing = z.strictObject({})
/** The output of calls that only do something. */
export const done = z.strictObject({})

export const runId = z.string().min(1)
export const runIds = z.array(runId).max(10_000)
// z.instanceof would ask for arrays on an ArrayBuffer of their own; a view of any buffer will do.
export const float64 = z.custom<Float64Array>((value) => value instanceof Float64Array)
export const float32 = z.custom<Float32Array>((value) => value instanceof Float32Array)
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
/** Unix milliseconds. */
export const unixMs = z.number()
export const offset = z.int().min(0).default(0)
/** A file's or folder's absolute path on the machine of the core. */
export const path = z.string().min(1)
