import { incompleteBeta, invert } from './special.ts'

/** P(X ≤ k) of n tries that succeed with probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  if (k >= n) return 1
  return incompleteBeta(1 - p, n - k, k + 1)
}

/** Exact interval of a share, k of n (Clopper and Pearson, Biometrika 1934). */
export function clopperPearson(k: number, n: number, level: number): [low: number, high: number] {
  const tail = (1 - level) / 2
  const quantile = (q: number, a: number, b: number) =>
    invert((x) => incompleteBeta(x, a, b), q, 0, 1)
  return [
    k === 0 ? 0 : quantile(tail, k, n - k + 1),
    k === n ? 1 : quantile(1 - tail, k + 1, n - k),
  ]
}
