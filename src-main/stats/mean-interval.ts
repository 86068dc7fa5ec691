import type { SeedSummary } from '../../src-shared/statistics.ts'
import { studentCritical } from './distributions/student-t.ts'

/**
 * Mean, sample standard deviation (n − 1) and Student's t interval, mean ± t·s/√n: it assumes that the
 * values of the seeds are independent and about normal. Throws for no values.
 */
export function meanInterval(values: readonly number[], level = 0.95): SeedSummary {
  const n = values.length
  if (n === 0) throw new Error('no values')
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n < 2) return { n, mean, std: null, low: null, high: null }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const std = Math.sqrt(squares / (n - 1))
  const half = (studentCritical(level, n - 1) * std) / Math.sqrt(n)
  return { n, mean, std, low: mean - half, high: mean + half }
}
