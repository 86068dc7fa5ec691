import { chiSquaredUpper } from '../distributions/chi-squared.ts'
import { isRefusal, type PairedTest } from '../paired.ts'

/**
 * McNemar's test by χ² with one degree of freedom and Edwards' correction, (|b − c| − 1)² / (b + c); near the
 * exact one from some 25 discordant answers on (Edwards, Psychometrika 13, 1948).
 */
export const mcnemarChi2: PairedTest = {
  title: 'McNemar, χ²',
  over: 'examples',
  run({ contingency }) {
    if (isRefusal(contingency)) return contingency
    const { onlyA, onlyB } = contingency
    const n = onlyA + onlyB
    if (n === 0) return 'no_discordant_answers'
    const statistic = corrected(onlyA - onlyB, n)
    return {
      statistic,
      p: chiSquaredUpper(statistic, 1),
      n,
      smallestP: chiSquaredUpper(corrected(n, n), 1),
    }
  },
}

/** The correction does not turn a difference of nothing into one. */
const corrected = (difference: number, n: number): number =>
  Math.max(0, Math.abs(difference) - 1) ** 2 / n
