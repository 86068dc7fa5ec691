import { z } from 'zod'
import { backendChoice } from '../../../src-shared/config/run.ts'
import { ranking } from '../../../src-shared/ranking.ts'
import { childRefusal } from '../../child-refusal.ts'

export const exportTargets = ['transformers', 'onnx'] as const
export const indexTypes = ['float32', 'float16'] as const

/** use-child.ts's one argument, as JSON. */
export const useSetup = z.strictObject({ backend: backendChoice, backendsDir: z.string() })

const corpusFile = z.strictObject({
  path: z.string(),
  textColumn: z.string().optional(),
  idColumn: z.string().optional(),
})

/** What a checkpoint can be used for. `dir`: its folder. */
export const useWork = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('export'),
    dir: z.string(),
    out: z.string(),
    to: z.enum(exportTargets),
  }),
  z.strictObject({
    kind: z.literal('encode'),
    dir: z.string(),
    corpus: corpusFile,
    out: z.string(),
    dtype: z.enum(indexTypes),
    batchSize: z.int().positive(),
    /** Texts a shard. */
    shardSize: z.int().positive(),
  }),
  z.strictObject({
    kind: z.literal('match'),
    index: z.string(),
    /** null: the folder that the index was made with. */
    dir: z.string().nullable(),
    queries: z.union([z.strictObject({ text: z.string() }), corpusFile]),
    top: z.int().positive(),
    label: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('rank'),
    dir: z.string(),
    query: z.string(),
    candidates: z.array(z.string()).min(1),
    label: z.string().nullable(),
  }),
])
export type UseWork = z.infer<typeof useWork>

/** A line on its stdin. */
export const useRequest = z.strictObject({ id: z.int(), work: useWork })

export const useAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exported'), files: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal('encoded'),
    texts: z.int(),
    /** Of them, made before this call. */
    kept: z.int(),
    truncated: z.int(),
    bytes: z.int(),
    seconds: z.number(),
  }),
  z.strictObject({ kind: z.literal('ranked'), rankings: z.array(ranking) }),
])
export type UseAnswer = z.infer<typeof useAnswer>

/** A line on its stdout. */
export const useLine = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('progress'),
    id: z.int(),
    done: z.int(),
    total: z.int(),
    etaSeconds: z.number().nullable(),
  }),
  z.strictObject({ kind: z.literal('answer'), id: z.int(), answer: useAnswer }),
  childRefusal.extend({ id: z.int() }),
])
export type UseLine = z.infer<typeof useLine>
