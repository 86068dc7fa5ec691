import type { PairedTest } from '../paired.ts'
import { signedRank } from './signed-rank.ts'

/**
 * Wilcoxon's signed-rank test on the seeds' differences. Exact up to 50 seeds: with n of them p is never below
 * 2^(1 − n), so that fewer than six cannot reach 0.05.
 */
export const wilcoxon: PairedTest = {
  title: 'Wilcoxon signed-rank',
  over: 'seeds',
  run({ seeds: { a, b } }) {
    if (a.length < 2) return 'needs_two_seeds'
    return signedRank(a.map((value, i) => subtract(value, b[i]!)))
  },
}

/** Without the noise of the last digits: 0.83 − 0.82 ties with 0.84 − 0.83. */
function subtract(a: number, b: number): number {
  const unit = 1e-12 * Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE)
  return unit === 0 ? a - b : Math.round((a - b) / unit) * unit
}
