/**
 * Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979): with p adjusted so, rejecting
 * wherever p ≤ α makes any false rejection in the whole family with probability ≤ α at most. In the order given.
 */
export function holm(p: readonly number[]): number[] {
  const m = p.length
  const order = p.map((_, i) => i).sort((i, j) => p[i]! - p[j]!)
  const adjusted = new Array<number>(m)
  let highest = 0
  order.forEach((i, rank) => {
    highest = Math.max(highest, Math.min(1, (m - rank) * p[i]!))
    adjusted[i] = highest
  })
  return adjusted
}
