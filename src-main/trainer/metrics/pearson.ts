import type { ScoreMetric } from './metric.ts'

/** Pearson's correlation of expected and gold scores. */
export const pearson: ScoreMetric = { of: 'scores', key: 'pearson', compute: correlation }

/** Σ(a − ā)(b − b̄) / √(Σ(a − ā)² Σ(b − b̄)²); 0 where either is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanOf = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}
