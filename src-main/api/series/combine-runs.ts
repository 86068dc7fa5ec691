import type { GroupColumns } from '../../../src-shared/contract/series.ts'
import type { Buckets } from './read-buckets.ts'

export interface RunBuckets extends Buckets {
  x: Float64Array
}

/**
 * Several runs' buckets of one grid as one line with bands: per bucket the mean and sample standard
 * deviation of the runs' means (Welford's method), and the extremes of any of their points.
 */
export function combineRuns(parts: readonly RunBuckets[]): Omit<GroupColumns, 'group' | 'key'> {
  const steps = Float64Array.from(new Set(parts.flatMap(({ step }) => [...step]))).sort()
  const length = steps.length
  const column = (fill: number) => new Float64Array(length).fill(fill)
  const [n, mean, squares, x] = [column(0), column(0), column(0), column(0)]
  const [min, max, seen] = [column(NaN), column(NaN), column(0)]
  for (const part of parts) {
    let at = 0
    part.step.forEach((step, i) => {
      while (steps[at]! < step) at++
      seen[at]! += 1
      x[at]! += (part.x[i]! - x[at]!) / seen[at]!
      const value = part.mean[i]!
      if (Number.isNaN(value)) return
      n[at]! += 1
      const off = value - mean[at]!
      mean[at]! += off / n[at]!
      squares[at]! += off * (value - mean[at]!)
      if (n[at] === 1 || part.min[i]! < min[at]!) min[at] = part.min[i]!
      if (n[at] === 1 || part.max[i]! > max[at]!) max[at] = part.max[i]!
    })
  }
  return {
    x,
    step: steps,
    mean: mean.map((value, i) => (n[i] === 0 ? NaN : value)),
    std: squares.map((sum, i) => (n[i]! < 2 ? NaN : Math.sqrt(sum / (n[i]! - 1)))),
    min,
    max,
    n,
  }
}
