import { incompleteBeta, invert } from './special.ts'

/** P(|T| ≥ |t|) of Student's t with `df` degrees of freedom. */
export function studentTwoSided(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5)
}

/** The t with P(|T| ≤ t) = `level`: 12.706… for 0.95 and df = 1. */
export function studentCritical(level: number, df: number): number {
  return invert((t) => -studentTwoSided(t, df), level - 1, 0, 1e9)
}
