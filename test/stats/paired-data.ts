import { meanPairs } from '../../src-main/stats/examples/mean-pairs.ts'
import type { PairedData } from '../../src-main/stats/paired.ts'

/** Two systems of which only the seeds' values are known. */
export function dataOfSeeds(a: number[], b: number[]): PairedData {
  return {
    seeds: { seeds: a.map((_, i) => i + 1), a, b },
    examples: 'not_of_predictions',
    contingency: 'not_of_predictions',
    exampleDifferences: 'not_of_predictions',
  }
}

/** One seed of two systems whose right (1) and wrong (0) answers differ by 1, 0 or −1. */
export function additive(differences: number[]): PairedData {
  return { ...dataOfSeeds([], []), examples: meanPairs(Float64Array.from(differences), 'example') }
}

/** Answers of classes only: neither scores nor rankings. */
export const classesOnly = { scores: null, ranking: null }
