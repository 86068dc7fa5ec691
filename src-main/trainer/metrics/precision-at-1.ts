import type { RankingMetric } from './metric.ts'
import { meanOver } from './rankings.ts'

/** P@1: the share of queries whose best candidate is relevant. */
export const precisionAt1: RankingMetric = {
  of: 'rankings',
  key: 'p_at_1',
  compute: (rankings) => meanOver(rankings, ([first = 0]) => Number(first > 0)),
}
