import { accuracyPairs } from '../../src-main/stats/examples/accuracy.ts'
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
  const right = (value: boolean) => (value ? 0 : 1)
  const answers = {
    examples: differences.length,
    classes: 2,
    gold: new Int32Array(differences.length),
    a: [Int32Array.from(differences, (d) => right(d > 0))],
    b: [Int32Array.from(differences, (d) => right(d < 0))],
  }
  return { ...dataOfSeeds([], []), examples: accuracyPairs(answers) }
}
