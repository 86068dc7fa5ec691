import type { ScoreMetric } from './metric.ts'
import { correlation } from './pearson.ts'

/** Spearman's correlation: Pearson's of the ranks, where equal values share the mean of theirs. */
export const spearman: ScoreMetric = {
  of: 'scores',
  key: 'spearman',
  compute: (gold, scores) => correlation(ranksOf(gold), ranksOf(scores)),
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i)
  order.sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length;) {
    let to = from + 1
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to + 1) / 2
    from = to
  }
  return ranks
}
