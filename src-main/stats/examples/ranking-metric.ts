import type { RankingMetric } from '../../trainer/metrics/metric.ts'
import { rankCandidates } from '../../trainer/metrics/rankings.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** metric(A) − metric(B) of every query that has a relevant candidate, the mean over seeds. */
export function rankingDifferences(
  { query, gains, a, b }: NonNullable<SharedAnswers['ranking']>,
  metric: RankingMetric,
): Float64Array {
  const candidates = [...Map.groupBy(query.keys(), (i) => query[i]!).values()].filter((of) =>
    of.some((i) => gains[i]! > 0),
  )
  return Float64Array.from(candidates, (of) => {
    const valueOf = (by: Float64Array) =>
      metric.compute(
        rankCandidates(
          of.map(() => ''),
          of.map((i) => by[i]!),
          of.map((i) => gains[i]!),
        ),
      )
    const sum = a.reduce((total, ofA, seed) => total + valueOf(ofA) - valueOf(b[seed]!), 0)
    return sum / a.length
  })
}
