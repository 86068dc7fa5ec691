import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ActiveBackend } from '../../src-main/trainer/backends/backend.ts'
import { fillDropoutMask } from '../../src-main/trainer/backends/kernels/dropout-mask.ts'
import { hasOwnKernel, ownKernels } from '../../src-main/trainer/backends/own-kernels.ts'
import { createDropout } from '../../src-main/trainer/models/dropout.ts'
import { gelu } from '../../src-main/trainer/ops/activation.ts'
import { layerNorm } from '../../src-main/trainer/ops/layer-norm.ts'
import { maskedSoftmax } from '../../src-main/trainer/ops/masked-softmax.ts'
import { testBackends, useBackend } from '../support/each-backend.ts'

/**
 * The operations that are compiled into the binding against their general forms: value and gradients. An installation
 * made before they were there has none of them, and runs the general forms.
 */
describe.skipIf(!testBackends.includes('tensorflow'))(
  'operations of the tensorflow backend',
  () => {
    let backend: ActiveBackend
    beforeAll(async () => {
      backend = await useBackend('tensorflow')
      if (!hasOwnKernel('gelu'))
        console.warn('skipping: the installed binding has no such operations')
    })
    afterEach(() => tf.disposeVariables())

    const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 2, 'float32', seed)

    it('GELU over the whole range of float32', async ({ skip }) => {
      if (!hasOwnKernel('gelu')) skip()
      const x = tf.linspace(-12, 12, 4001)
      await expectSame('gelu', [x], ([x]) => gelu(x!))
      expect(Number.isNaN((await gelu(tf.tensor1d([NaN])).data())[0])).toBe(true)
    })

    it.each([3, 17, 128, 768])('LayerNorm of width %i', async (width) => {
      if (!hasOwnKernel('layerNorm')) return
      const inputs = [random([37, width], 1), random([width], 2), random([width], 3)]
      await expectSame('layerNorm', inputs, ([x, gamma, beta]) =>
        layerNorm(x as tf.Tensor2D, gamma!, beta!, 1e-5),
      )
    })

    it('softmax with masked keys, which get exactly 0', async ({ skip }) => {
      if (!hasOwnKernel('maskedSoftmax')) skip()
      const mask = tf.tensor4d([0, 0, 0, -1e9, -1e9, 0, 0, -1e9, -1e9, -1e9], [2, 1, 1, 5])
      const scores = random([2, 3, 4, 5], 4)
      await expectSame('maskedSoftmax', [scores], ([s]) => maskedSoftmax(s!, mask, 0.125))
      const p = await maskedSoftmax(scores, mask, 0.125).data()
      expect(p.filter((_, i) => i % 5 === 4).every((one) => one === 0)).toBe(true)
    })

    it.each([0.1, 1 / 3, 0.9])(
      'dropout at rate %f draws the mask of the other backends, to the bit',
      async (rate) => {
        const dropout = createDropout({ kernels: backend.kernels, seed: 5 })
        let key: [number, number] = [0, 0]
        const spy = createDropout({
          kernels: {
            dropoutMask: (shape, rate, given) => {
              key = given
              return backend.kernels.dropoutMask(shape, rate, given)
            },
          },
          seed: 5,
        })
        dropout.beginStep(3, true)
        spy.beginStep(3, true)
        // The general form tells the key.
        const without = withoutKernel('dropout', () => spy.apply(tf.ones([1000]), rate))
        const expected = new Float32Array(1000)
        fillDropoutMask(expected, rate, key)
        expect([...(await without.data())]).toEqual([...expected])
        const fused = dropout.apply(tf.ones([1000]), rate)
        expect([...(await fused.data())]).toEqual([...expected])
      },
    )
  },
)

/** Value and gradients of Σ w·f with and without the backend's own form. */
async function expectSame(
  kernel: keyof typeof ownKernels,
  inputs: tf.Tensor[],
  f: (inputs: tf.Tensor[]) => tf.Tensor,
): Promise<void> {
  const weights = tf.randomNormal(f(inputs).shape, 0, 1, 'float32', 9)
  const run = () => {
    const { value, grads } = tf.valueAndGrads((...args: tf.Tensor[]) =>
      tf.sum(tf.mul(f(args), weights)),
    )(inputs)
    return [f(inputs), value, ...grads]
  }
  const own = run()
  const general = withoutKernel(kernel, run)
  for (const [i, one] of own.entries()) {
    const expected = await general[i]!.data()
    const got = await one.data()
    const scale = Math.max(1, ...expected.map(Math.abs))
    expect(Math.max(...got.map((v, k) => Math.abs(v - expected[k]!))) / scale).toBeLessThan(3e-6)
  }
}

function withoutKernel<T>(name: keyof typeof ownKernels, work: () => T): T {
  const kernel = tf.getKernel(ownKernels[name], 'tensorflow')
  if (!kernel) return work()
  tf.unregisterKernel(ownKernels[name], 'tensorflow')
  try {
    return work()
  } finally {
    tf.registerKernel(kernel)
  }
}
