import type { RankingMetric } from './metric.ts'
import { meanOver } from './rankings.ts'

/** Mean average precision: of each query the mean, over its relevant candidates, of the precision down to them. */
export const map: RankingMetric = {
  of: 'rankings',
  key: 'map',
  compute: (rankings) =>
    meanOver(rankings, (ranking) => {
      let relevant = 0
      let sum = 0
      ranking.forEach((gain, i) => {
        if (gain > 0) sum += ++relevant / (i + 1)
      })
      return sum / relevant
    }),
}
