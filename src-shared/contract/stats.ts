import { z } from 'zod'
import { resampling, systemComparison } from '../statistics.ts'
import { call, runId } from './call.ts'
import { readings } from './run-query.ts'

const system = z.array(runId).min(1).max(200)

export const statsCalls = {
  /** Whether two systems, each a group of seeds or a single run, differ by more than chance. */
  'stats.compare': call(
    resampling.extend({
      a: system,
      b: system,
      metric: z.string().min(1),
      reading: z
        .enum(readings)
        .optional()
        .describe('Default: dev at the best checkpoint, others last'),
      alpha: z.number().gt(0).lt(1).default(0.05),
    }),
    systemComparison,
  ),
}
