import type { encoderSizes } from '../../src-shared/config/model.ts'

/** What is measured, and in how many turns. */
export interface Measurement {
  size: keyof typeof encoderSizes
  /** Pairs of a step. */
  batch: number
  /** Tokens of the longest joint sequence. */
  length: number
  rounds: number
  /** Of either side. */
  threads: number
}

/** Steps between turns: half a second of them, at least two. */
export function blockSteps(stepMs: number): number {
  return Math.min(20, Math.max(2, Math.round(500 / stepMs)))
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

export function milliseconds(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : ms.toFixed(0)
}
