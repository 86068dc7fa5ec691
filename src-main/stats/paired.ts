import type { Refusal, Resampling } from '../../src-shared/statistics.ts'

/** One number of both systems for every seed that both were trained with, in the same order. */
export interface SeedPairs {
  seeds: number[]
  a: number[] // [seeds]
  b: number[] // [seeds]
}

/**
 * A metric of both systems on the same examples. Over several seeds it is the mean of the seeds' metrics, and
 * an example goes with its answers of all seeds: answers to one example are not independent of each other.
 */
export interface ExamplePairs {
  /** What is drawn and exchanged as one: where candidates are ranked, a query with all of them. */
  unit: 'example' | 'query'
  examples: number
  /** Examples that two systems of some seed answer differently: exchanging the others changes nothing. */
  differing: Int32Array
  /** metric(A) − metric(B). */
  difference: number
  /** The same with these examples (indices, with repetitions) in place of the given ones. */
  drawn(examples: Int32Array): number
  /** The same with the answers to `differing[i]` exchanged where swap[i] is 1. */
  exchanged(swap: Uint8Array): number
}

/** Right and wrong answers of two systems, counted over examples and seeds. */
export interface Contingency {
  bothRight: number
  onlyA: number
  onlyB: number
  bothWrong: number
}

/** Everything about two systems that a statistic may look at; a refusal says why a part is missing. */
export interface PairedData {
  seeds: SeedPairs
  examples: ExamplePairs | Refusal
  contingency: Contingency | Refusal
  /** metric(A) − metric(B) of every example, the mean over seeds; for metrics that are such means. */
  exampleDifferences: Float64Array | Refusal // [examples]
}

export interface TestResult {
  /** Of whatever the test calls its statistic. */
  statistic: number
  /** Two-sided. */
  p: number
  /** What it counts: seeds, examples, or answers. */
  n: number
  /** The smallest p that the test could have given on so much data. */
  smallestP: number
}

/** A two-sided test of "A and B are equally good". */
export interface PairedTest {
  title: string
  /** What it generalises to: other examples, or other seeds. */
  over: 'examples' | 'seeds'
  run(data: PairedData, options: Resampling): TestResult | Refusal | Promise<TestResult | Refusal>
}

export interface EffectResult {
  value: number
  /** 95 % interval. */
  low: number | null
  high: number | null
  n: number
}

/** How large a difference is. */
export interface Effect {
  title: string
  /** What A = B would give. */
  none: number
  compute(data: PairedData): EffectResult | Refusal
}

export const isRefusal = <T extends object>(value: T | Refusal): value is Refusal =>
  typeof value === 'string'
