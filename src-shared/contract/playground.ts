import { z } from 'zod'
import { ranking } from '../ranking.ts'
import { call, path, runId } from './call.ts'

export const playgroundCalls = {
  /** Ranks candidates with a run's best checkpoint, in a process that keeps the models used last. */
  'playground.rank': call(
    z.strictObject({
      id: runId,
      query: z.string().trim().min(1).max(10_000),
      candidates: z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('typed'),
          texts: z.array(z.string().trim().min(1).max(10_000)).min(1).max(1000),
        }),
        /** A folder that `virtlab encode` wrote. */
        z.strictObject({ kind: z.literal('index'), dir: path, top: z.int().min(1).max(1000) }),
      ]),
      label: z.string().nullable().default(null).describe('Default: the one that says “match”'),
    }),
    ranking,
  ),
}
