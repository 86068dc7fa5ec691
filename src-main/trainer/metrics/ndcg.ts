import type { RankingMetric } from './metric.ts'
import { meanOver, type Ranking } from './rankings.ts'

/**
 * Normalised discounted cumulative gain over all of a query's candidates: Σ gain/log₂(rank + 1), by that of the best
 * order (Järvelin & Kekäläinen 2002; gains as they are, as in scikit-learn and trec_eval).
 */
export const ndcg: RankingMetric = {
  of: 'rankings',
  key: 'ndcg',
  compute: (rankings) =>
    meanOver(rankings, (ranking) => discounted(ranking) / discounted(ranking.toSorted().reverse())),
}

const discounted = (gains: Ranking) =>
  gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0)
