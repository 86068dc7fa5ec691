import { clopperPearson } from '../distributions/binomial.ts'
import { isRefusal, type Effect } from '../paired.ts'

/**
 * The conditional odds ratio of McNemar's table, b / c: how many answers only A got right for one that only B
 * did. Its interval comes from the exact one of b's share, p / (1 − p).
 */
export const oddsRatio: Effect = {
  title: 'odds ratio of the discordant answers',
  none: 1,
  compute({ contingency }) {
    if (isRefusal(contingency)) return contingency
    const { onlyA, onlyB } = contingency
    const n = onlyA + onlyB
    if (n === 0) return 'no_discordant_answers'
    const [low, high] = clopperPearson(onlyA, n, 0.95).map((p) => p / (1 - p)) as [number, number]
    return { value: onlyA / onlyB, low, high, n }
  },
}
