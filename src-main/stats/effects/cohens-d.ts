import { meanInterval } from '../mean-interval.ts'
import type { Effect } from '../paired.ts'

/**
 * Cohen's d over seeds: the difference of the means in pooled standard deviations, √((s_A² + s_B²) / 2)
 * (Cohen 1988). Its rules of thumb (0.2, 0.5, 0.8) are about people, not about seeds: a model's spread over
 * seeds is small, and d large.
 */
export const cohensD: Effect = {
  title: "Cohen's d over seeds",
  none: 0,
  compute({ seeds: { a, b } }) {
    if (a.length < 2) return 'needs_two_seeds'
    const [ofA, ofB] = [meanInterval(a), meanInterval(b)]
    const pooled = Math.sqrt((ofA.std! ** 2 + ofB.std! ** 2) / 2) // n ≥ 2
    if (pooled === 0) return 'constant_difference'
    return { value: (ofA.mean - ofB.mean) / pooled, low: null, high: null, n: a.length }
  },
}
