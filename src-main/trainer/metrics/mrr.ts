import type { RankingMetric } from './metric.ts'
import { meanOver } from './rankings.ts'

/** Mean reciprocal rank of the first relevant candidate. */
export const mrr: RankingMetric = {
  of: 'rankings',
  key: 'mrr',
  compute: (rankings) => meanOver(rankings, (ranking) => 1 / (ranking.findIndex((g) => g > 0) + 1)),
}
