import { binomialCdf } from '../distributions/binomial.ts'
import { isRefusal, type PairedTest } from '../paired.ts'

/**
 * McNemar's test, exact: of the answers that only one of the two got right, A's share is binomial with ½ if
 * the two are equally good (McNemar, Psychometrika 12, 1947). Pooled over seeds, which takes the answers of
 * different seeds to one example for independent.
 */
export const mcnemarExact: PairedTest = {
  title: 'McNemar, exact',
  over: 'examples',
  run({ contingency }) {
    if (isRefusal(contingency)) return contingency
    const { onlyA, onlyB } = contingency
    const n = onlyA + onlyB
    if (n === 0) return 'no_discordant_answers'
    const statistic = Math.min(onlyA, onlyB)
    const p = Math.min(1, 2 * binomialCdf(statistic, n, 0.5))
    return { statistic, p, n, smallestP: Math.min(1, 2 ** (1 - n)) }
  },
}
