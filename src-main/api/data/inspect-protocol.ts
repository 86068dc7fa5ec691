import { z } from 'zod'
import { dataSource } from '../../../src-shared/config/data.ts'
import { contract } from '../../../src-shared/contract/index.ts'

/** A file by its path; the demo's are written before it is asked. */
const fileInspection = contract['data.inspect'].input.extend({ source: dataSource })
export type FileInspection = z.infer<typeof fileInspection>

/** What inspect-child.ts is asked for, as JSON in its one argument. */
export const inspectRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('data'), input: fileInspection }),
  z.strictObject({ kind: z.literal('model'), input: contract['model.inspect'].input }),
])
export type InspectRequest = z.infer<typeof inspectRequest>

const refusal = z.strictObject({
  ok: z.literal(false),
  reason: z.string(),
  fix: z.string().optional(),
})
export const dataAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), output: contract['data.inspect'].output }),
  refusal,
])
export const modelAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), output: contract['model.inspect'].output }),
  refusal,
])
