import { studentTwoSided } from '../distributions/student-t.ts'
import { meanInterval } from '../mean-interval.ts'
import type { PairedTest } from '../paired.ts'

/**
 * Student's t on the seeds' differences: they are taken for independent and normal. With few seeds only large
 * differences reach significance: the critical value for n = 2 is 12.7, for n = 5 2.8.
 */
export const pairedT: PairedTest = {
  title: 'paired t',
  over: 'seeds',
  run({ seeds: { a, b } }) {
    if (a.length < 2) return 'needs_two_seeds'
    const differences = a.map((value, i) => value - b[i]!)
    const { n, mean, std } = meanInterval(differences)
    if (isConstant(differences)) {
      return mean === 0 ? { statistic: 0, p: 1, n, smallestP: 0 } : 'constant_difference'
    }
    const statistic = mean / (std! / Math.sqrt(n)) // n ≥ 2
    return { statistic, p: studentTwoSided(statistic, n - 1), n, smallestP: 0 }
  },
}

/** Equal up to the rounding of a subtraction. */
export function isConstant(values: readonly number[]): boolean {
  const [first = 0] = values
  return values.every((value) => Math.abs(value - first) <= 1e-12 * Math.max(1, Math.abs(first)))
}
