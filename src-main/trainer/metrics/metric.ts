import type { ConfusionMatrix } from './confusion.ts'

/** A classification metric; logged as `dev/<key>` and `test/<key>`. */
export interface Metric {
  key: string
  appliesTo(classes: number): boolean
  /** A share between 0 and 1. */
  compute(matrix: ConfusionMatrix): number
}
