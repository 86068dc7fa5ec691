import type { ExamplePairs } from '../paired.ts'

/**
 * A metric that is a mean over examples (accuracy) or queries (MRR): their differences are all that resampling needs.
 *
 * @param differences metric(A) − metric(B) of every example, the mean over seeds
 */
export function meanPairs(differences: Float64Array, unit: ExamplePairs['unit']): ExamplePairs {
  const examples = differences.length
  const differing = Int32Array.from(differences.keys()).filter((i) => differences[i] !== 0)
  const kept = Float64Array.from(differing, (i) => differences[i]!)
  return {
    unit,
    examples,
    differing,
    difference: kept.reduce((sum, value) => sum + value, 0) / examples,
    drawn(indices) {
      let sum = 0
      for (let i = 0; i < indices.length; i++) sum += differences[indices[i]!]!
      return sum / examples
    },
    exchanged(swap) {
      let sum = 0
      for (let i = 0; i < kept.length; i++) sum += swap[i] === 1 ? -kept[i]! : kept[i]!
      return sum / examples
    },
  }
}
