/** Times of one quantity in a few numbers, milliseconds. */
export interface TimingStats {
  n: number
  min: number
  mean: number
  p50: number
  p95: number
  p99: number
  max: number
  /** Which samples lie beyond Tukey's far fence (third quartile + 3 · interquartile range). They count. */
  outliers: number[]
}

/** Throws for no samples. With fewer than 100 samples p99 is close to the largest. */
export function timingStats(samples: readonly number[]): TimingStats {
  if (samples.length === 0) throw new Error('no samples')
  const sorted = Float64Array.from(samples).sort()
  const quartiles = [percentile(sorted, 0.25), percentile(sorted, 0.75)] as const
  const fence = quartiles[1] + 3 * (quartiles[1] - quartiles[0])
  return {
    n: samples.length,
    min: sorted[0]!,
    mean: samples.reduce((sum, value) => sum + value, 0) / samples.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1)!,
    outliers: samples.flatMap((value, i) => (value > fence ? [i] : [])),
  }
}

/** Of sorted values, between two of them in proportion (numpy's `linear`). */
export function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at % 1)
}

/** A number with its 95 % interval. */
export interface Estimate {
  value: number
  low: number
  high: number
}

const draws = 1000

/** The median and its bootstrap interval. The draws are always the same. */
export function medianInterval(samples: readonly number[]): Estimate {
  return bootstrap(samples.length, (chosen) => median(chosen.map((i) => samples[i]!)))
}

/**
 * How many times as fast: the reference's median over the model's. The interval is a bootstrap over rounds, in each of
 * which both were timed, so that what the machine did in a round slows both.
 */
export function speedUp(samples: readonly number[], reference: readonly number[]): Estimate {
  const rounds = Math.min(samples.length, reference.length)
  return bootstrap(
    rounds,
    (chosen) => median(chosen.map((i) => reference[i]!)) / median(chosen.map((i) => samples[i]!)),
  )
}

function bootstrap(n: number, statistic: (chosen: number[]) => number): Estimate {
  const all = Array.from({ length: n }, (_, i) => i)
  // Numerical Recipes' linear congruential generator: plenty for choosing rounds, and the same everywhere.
  let state = 1
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const drawn = Float64Array.from({ length: draws }, () =>
    statistic(all.map(() => Math.floor(next() * n))),
  ).sort()
  return {
    value: statistic(all),
    low: percentile(drawn, 0.025),
    high: percentile(drawn, 0.975),
  }
}

const median = (values: number[]) => percentile(Float64Array.from(values).sort(), 0.5)
