import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { crossEntropy } from '../../src-main/trainer/losses/cross-entropy.ts'
import { gradientError } from '../support/finite-difference.ts'

beforeAll(() => tf.setBackend('cpu'))

describe('cross-entropy', () => {
  const logits = tf.tensor2d([
    [1, -2, 0.5],
    [0, 3, -1],
  ])
  const labels = Int32Array.of(0, 2)

  it('is the mean of −log softmax at the label', () => {
    const byHand = (scores: number[], label: number) =>
      Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[label]!
    const expected = (byHand([1, -2, 0.5], 0) + byHand([0, 3, -1], 2)) / 2
    expect(crossEntropy(logits, labels).dataSync()[0]).toBeCloseTo(expected, 6)
  })

  it('agrees with finite differences', () => {
    expect(gradientError((x) => crossEntropy(x as Tensor2D, labels), [logits])).toBeLessThan(5e-3)
  })

  it('stays finite on extreme logits', () => {
    const extreme = tf.tensor2d([[1e4, -1e4]])
    expect(crossEntropy(extreme, Int32Array.of(1)).dataSync()[0]).toBeCloseTo(2e4, 0)
  })
})
