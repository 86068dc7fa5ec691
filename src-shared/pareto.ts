/** What a system costs and how well it does; less cost and more score are better. */
export interface Tradeoff {
  /** With its 95 % interval. */
  cost: { value: number; low: number; high: number }
  /** Mean and standard deviation over seeds; std is null for one. */
  score: { mean: number; std: number | null }
}

/**
 * front: nothing costs no more and scores no less. tied: something does, but no system beats it by more than the
 * noise. dominated: some system does.
 */
export type Standing = 'front' | 'tied' | 'dominated'

/** Scores differ by more than the noise where they lie further apart than √(σ₁² + σ₂²). */
export function scoresBetter({ score: a }: Tradeoff, { score: b }: Tradeoff): boolean {
  return a.mean - b.mean > Math.hypot(a.std ?? 0, b.std ?? 0)
}

/** Costs differ by more than the noise where their intervals do not meet. */
export function costsLess({ cost: a }: Tradeoff, { cost: b }: Tradeoff): boolean {
  return a.high < b.low
}

/** The standing of every system among all of them, in their order. */
export function paretoStandings(systems: readonly Tradeoff[]): Standing[] {
  return systems.map((one) => {
    if (!systems.some((other) => other !== one && dominates(other, one))) return 'front'
    return systems.some((other) => other !== one && beats(other, one)) ? 'dominated' : 'tied'
  })
}

function dominates(a: Tradeoff, b: Tradeoff): boolean {
  const cost = a.cost.value - b.cost.value
  const score = a.score.mean - b.score.mean
  return cost <= 0 && score >= 0 && (cost < 0 || score > 0)
}

/** Better in one by more than the noise, and in the other not worse by more than it. */
function beats(a: Tradeoff, b: Tradeoff): boolean {
  return (scoresBetter(a, b) && !costsLess(b, a)) || (costsLess(a, b) && !scoresBetter(b, a))
}

/** The best system within a budget, and those it beats by no more than the noise; undefined: none is within it. */
export function bestWithin<T extends Tradeoff>(
  systems: readonly T[],
  budget: number,
): { best: T; tied: T[] } | undefined {
  const within = systems.filter(({ cost }) => cost.value <= budget)
  const best = within.reduce<T | undefined>(
    (top, one) => (top && top.score.mean >= one.score.mean ? top : one),
    undefined,
  )
  if (!best) return undefined
  return { best, tied: within.filter((one) => one !== best && !scoresBetter(best, one)) }
}
