import { normalTwoSided } from '../distributions/normal.ts'
import type { TestResult } from '../paired.ts'

/** Up to here the distribution is counted out, ties and all; beyond, it is normal to three digits. */
const exactUpTo = 50

/**
 * Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) on differences, which are taken for independent and
 * symmetric. Those of 0 are left out (Wilcoxon's own way, scipy's `wilcox`); equal ones share their mean rank.
 *
 * @param given differences without the noise of their last digits
 */
export function signedRank(given: readonly number[]): TestResult {
  const differences = given.filter((value) => value !== 0)
  const n = differences.length
  if (n === 0) return { statistic: 0, p: 1, n: given.length, smallestP: 2 ** (1 - given.length) }
  const ranks = meanRanks(differences.map(Math.abs))
  const positive = ranks.reduce((sum, rank, i) => sum + (differences[i]! > 0 ? rank : 0), 0)
  const total = (n * (n + 1)) / 2
  const statistic = Math.min(positive, total - positive)
  const p = n <= exactUpTo ? exactP(ranks, statistic) : normalP(ranks, statistic, total)
  return { statistic, p, n, smallestP: 2 ** (1 - n) }
}

/** Ranks from 1; equal values share the mean of theirs. */
function meanRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Array<number>(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++
    for (let i = from; i <= to; i++) ranks[order[i]!] = (from + to) / 2 + 1
    from = to + 1
  }
  return ranks
}

/** P(min(W⁺, W⁻) ≤ w) over all 2ⁿ signs, counted by the sums of doubled (whole) ranks. */
function exactP(ranks: readonly number[], w: number): number {
  const doubled = ranks.map((rank) => Math.round(2 * rank))
  const total = doubled.reduce((sum, rank) => sum + rank, 0)
  const share = new Float64Array(total + 1) // P(2 W⁺ = s)
  share[0] = 1
  let reach = 0
  for (const rank of doubled) {
    reach += rank
    for (let s = reach; s >= 0; s--) {
      share[s] = (share[s]! + (s >= rank ? share[s - rank]! : 0)) / 2
    }
  }
  let p = 0
  for (let s = 0; s <= Math.min(total, Math.round(2 * w)); s++) p += share[s]!
  return Math.min(1, 2 * p)
}

function normalP(ranks: readonly number[], w: number, total: number): number {
  // Of W⁺, a sum of independent rank · (0 or 1): this is the variance with ties accounted for.
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4
  return normalTwoSided((w - total / 2) / Math.sqrt(variance))
}
