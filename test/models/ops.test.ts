import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { absolute } from '../../src-main/trainer/ops/absolute.ts'
import { activations, type Activation } from '../../src-main/trainer/ops/activation.ts'
import { embedding } from '../../src-main/trainer/ops/embedding.ts'
import { layerNorm } from '../../src-main/trainer/ops/layer-norm.ts'
import { linear } from '../../src-main/trainer/ops/linear.ts'
import { additiveMask, maskedSoftmax } from '../../src-main/trainer/ops/masked-softmax.ts'
import { sumRows } from '../../src-main/trainer/ops/sum-rows.ts'
import { maxError } from '../support/bert-oracle.ts'
import { testBackends, useBackend } from '../support/each-backend.ts'
import { gradientError } from '../support/finite-difference.ts'

// Values against formulas, gradients against central differences in float32 (so 1 % is close).
const CLOSE = 0.01

/** Fixed numbers in about [−1, 1] without a pattern. */
function numbers(...shape: number[]): Tensor {
  const size = tf.util.sizeFromShape(shape)
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(7.3 * i + size)),
    shape,
  )
}

/** A scalar that weighs every output differently. */
function weighed(y: Tensor): Scalar {
  return tf.sum(tf.mul(y, numbers(...y.shape)))
}

describe.each(testBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend))

  it('linear is x·Wᵀ + b, with W [out, in]', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const y = linear(x, tf.tensor2d([1, 0, 0, 1, 1, 1], [3, 2]), tf.tensor1d([10, 20, 30]))
    expect([...y.dataSync()]).toEqual([11, 22, 33, 13, 24, 37])
    const loss = (x: Tensor, w: Tensor, b: Tensor) => weighed(linear(x as Tensor2D, w, b))
    expect(gradientError(loss, [numbers(4, 3), numbers(5, 3), numbers(5)])).toBeLessThan(CLOSE)
  })

  it('layerNorm gives rows of mean 0 and variance 1 before γ and β', () => {
    const y = layerNorm(numbers(3, 8) as Tensor2D, tf.ones([8]), tf.zeros([8]), 1e-12)
    const { mean, variance } = tf.moments(y, 1)
    expect(maxError(mean, [0, 0, 0])).toBeLessThan(1e-5)
    expect(maxError(variance, [1, 1, 1])).toBeLessThan(1e-5)
    const loss = (x: Tensor, gamma: Tensor, beta: Tensor) =>
      weighed(layerNorm(x as Tensor2D, gamma, beta, 1e-5))
    expect(gradientError(loss, [numbers(3, 8), numbers(8), numbers(8)])).toBeLessThan(CLOSE)
  })

  it('layerNorm counts ε into the variance', () => {
    const y = layerNorm(tf.tensor2d([[-1, 1]]), tf.ones([2]), tf.zeros([2]), 3)
    expect(maxError(y, [-0.5, 0.5])).toBeLessThan(1e-6)
  })

  it.each<[Activation, number[]]>([
    // torch.nn.functional.gelu(x), gelu(x, approximate='tanh'), relu(x) at these points
    ['gelu', [-0.00405023, -0.15865526, 0, 0.34573123, 2.99594975]],
    ['gelu_new', [-0.00363743, -0.15880799, 0, 0.345714, 2.99636269]],
    ['relu', [0, 0, 0, 0.5, 3]],
  ])('%s has PyTorch’s values', (name, wanted) => {
    const activation = activations[name]
    const points = tf.tensor1d([-3, -1, 0, 0.5, 3])
    expect(maxError(activation(points), wanted)).toBeLessThan(1e-6)
    const inputs = tf.tensor1d([-2.9, -1.3, -0.4, 0.3, 0.9, 2.2])
    expect(gradientError((x) => weighed(activation(x)), [inputs])).toBeLessThan(CLOSE)
  })

  it('maskedSoftmax gives a masked key exactly 0, however high its score', () => {
    const scores = tf.tensor2d([[1, 2, 1e4]])
    const mask = additiveMask(tf.tensor2d([[1, 1, 0]]))
    const [a, b, masked] = maskedSoftmax(scores, mask, 0.5).dataSync()
    expect(masked).toBe(0)
    expect(a! + b!).toBeCloseTo(1, 6)
    expect(b! / a!).toBeCloseTo(Math.exp(0.5), 5)
  })

  it('maskedSoftmax passes no gradient to a masked key', () => {
    const mask = additiveMask(tf.tensor2d([[1, 1, 0, 1]]))
    const loss = (scores: Tensor) => weighed(maskedSoftmax(scores, mask, 0.7))
    const scores = numbers(3, 4)
    expect(gradientError(loss, [scores])).toBeLessThan(CLOSE)
    const gradient = tf.grad(loss)(scores).arraySync() as number[][]
    for (const row of gradient) expect(Math.abs(row[2]!)).toBe(0)
  })

  it('embedding adds up the gradients of a row that is used twice', () => {
    const table = numbers(4, 2)
    const ids = tf.tensor1d([3, 1, 3], 'int32')
    expect(maxError(embedding(table, ids), tf.gather(table, ids).dataSync())).toBe(0)
    const gradient = tf.grad((t: Tensor) => tf.sum(embedding(t, ids)))(table)
    expect([...gradient.dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 2, 2])
  })

  it('absolute has slope 0 at 0, where equal texts put it', () => {
    const x = tf.tensor1d([-2, 0, 3])
    expect([...absolute(x).dataSync()]).toEqual([2, 0, 3])
    expect([
      ...tf
        .grad((t: Tensor) => tf.sum(absolute(t)))(x)
        .dataSync(),
    ]).toEqual([-1, 0, 1])
  })

  it('sumRows sums over rows', () => {
    expect([...sumRows(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])).dataSync()]).toEqual([9, 12])
  })
})
