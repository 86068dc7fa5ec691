import type { ScoreMetric } from '../../trainer/metrics/metric.ts'
import type { ExamplePairs } from '../paired.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** A correlation of scores: every resample computes its own, a seed. */
export function scorePairs(
  scores: NonNullable<SharedAnswers['scores']>,
  metric: ScoreMetric,
): ExamplePairs {
  const { gold, a, b } = scores
  const examples = gold.length
  const differing = Int32Array.from(gold.keys()).filter((i) =>
    a.some((ofA, seed) => ofA[i] !== b[seed]![i]),
  )
  const [ofA, ofB] = [a, b].map((of) => of.map((values) => values.slice())) as [
    Float64Array[],
    Float64Array[],
  ]
  const drawnGold = new Float64Array(examples)

  const difference = (golds: Float64Array) =>
    ofA.reduce(
      (sum, values, seed) =>
        sum + metric.compute(golds, values) - metric.compute(golds, ofB[seed]!),
      0,
    ) / a.length
  return {
    unit: 'example',
    examples,
    differing,
    difference: difference(gold),
    drawn(indices) {
      for (let i = 0; i < examples; i++) {
        const example = indices[i]!
        drawnGold[i] = gold[example]!
        for (let seed = 0; seed < a.length; seed++) {
          ofA[seed]![i] = a[seed]![example]!
          ofB[seed]![i] = b[seed]![example]!
        }
      }
      return difference(drawnGold)
    },
    exchanged(swap) {
      a.forEach((values, seed) => ofA[seed]!.set(values))
      b.forEach((values, seed) => ofB[seed]!.set(values))
      for (let k = 0; k < differing.length; k++) {
        if (swap[k] !== 1) continue
        const i = differing[k]!
        for (let seed = 0; seed < a.length; seed++) {
          ofA[seed]![i] = b[seed]![i]!
          ofB[seed]![i] = a[seed]![i]!
        }
      }
      return difference(gold)
    },
  }
}
