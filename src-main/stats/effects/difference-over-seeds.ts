import { meanInterval } from '../mean-interval.ts'
import type { Effect } from '../paired.ts'

/** The metric's mean difference over the seeds that both have, with its t interval. */
export const differenceOverSeeds: Effect = {
  title: 'difference, interval over seeds',
  none: 0,
  compute({ seeds: { a, b } }) {
    if (a.length < 2) return 'needs_two_seeds'
    const { mean, low, high, n } = meanInterval(a.map((value, i) => value - b[i]!))
    return { value: mean, low, high, n }
  },
}
