import { upperIncompleteGamma } from './special.ts'

/** P(X ≥ x) of the χ² distribution with `df` degrees of freedom. */
export function chiSquaredUpper(x: number, df: number): number {
  return upperIncompleteGamma(df / 2, x / 2)
}
