import { timingStats } from '../../../../src-shared/timing-stats.ts'
import type { CountedQuantityDefinition } from '../quantity.ts'
import { meanFlops } from './flops.ts'

export const achieved: CountedQuantityDefinition = {
  kind: 'counted',
  keys: ['gflops_per_second'],
  summary: 'GFLOPs a second that scoring pairs reaches, in the fastest batch size; median',
  count(subject, timings) {
    const speeds = timings
      .filter(({ quantity }) => quantity === 'throughput')
      .map(({ units, samples }) => (1000 * units) / timingStats(samples).p50)
    const pairsPerSecond = speeds.length > 0 ? Math.max(...speeds) : null
    return Promise.resolve({
      gflops_per_second:
        pairsPerSecond === null ? null : (pairsPerSecond * meanFlops(subject, false)) / 1e9,
    })
  },
}
