import { describe, expect, it } from 'vitest'
import { accuracy } from '../../src-main/trainer/metrics/accuracy.ts'
import { confusionMatrix } from '../../src-main/trainer/metrics/confusion.ts'
import { f1 } from '../../src-main/trainer/metrics/f1.ts'
import { macroF1 } from '../../src-main/trainer/metrics/macro-f1.ts'

// Expected values: sklearn.metrics.accuracy_score and f1_score (1.9.1) on the same labels.
describe('classification metrics', () => {
  const threeWay = confusionMatrix([0, 1, 2, 2, 1, 0, 1], [0, 2, 2, 2, 1, 1, 1], 3)
  const binary = confusionMatrix([1, 1, 0, 0, 1, 0, 0, 1], [1, 0, 0, 1, 1, 0, 0, 0], 2)

  it('accuracy is the share of hits', () => {
    expect(accuracy.compute(threeWay)).toBeCloseTo(5 / 7, 12)
    expect(accuracy.compute(binary)).toBeCloseTo(0.625, 12)
  })

  it('F1 scores the second of two classes', () => {
    expect(f1.compute(binary)).toBeCloseTo(0.5714285714285714, 12)
    expect(f1.appliesTo(2)).toBe(true)
    expect(f1.appliesTo(3)).toBe(false)
  })

  it('macro F1 averages over the classes', () => {
    expect(macroF1.compute(threeWay)).toBeCloseTo(0.7111111111111111, 12)
  })

  it('a class that never occurs and is never predicted counts 0, as in scikit-learn', () => {
    expect(macroF1.compute(confusionMatrix([0, 1], [0, 1], 3))).toBeCloseTo(2 / 3, 12)
  })
})
