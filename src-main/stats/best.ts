/** Index of the best of the values; the first of equals; -1 where there are none. */
export function bestOf(values: readonly (number | null)[], better: 'higher' | 'lower'): number {
  const sign = better === 'higher' ? 1 : -1
  return values.reduce<number>((best, value, i) => {
    if (value === null || !Number.isFinite(value)) return best
    const champion = values[best] ?? null
    return champion === null || sign * value > sign * champion ? i : best
  }, -1)
}

/**
 * Which values are set in bold: the best, and those that are not significantly worse. `p` holds the adjusted p of
 * each one against the best; null (no test was possible) leaves a value plain unless it equals the best.
 */
export function boldOf(
  values: readonly (number | null)[],
  better: 'higher' | 'lower',
  p: readonly (number | null)[],
  alpha: number,
): boolean[] {
  const best = bestOf(values, better)
  return values.map((value, i) => {
    if (best < 0 || value === null || !Number.isFinite(value)) return false
    if (i === best || value === values[best]) return true
    const own = p[i] ?? null
    return own !== null && own > alpha
  })
}
