import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { modelConfig, modelTypes } from '../../src-shared/config/model.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { crossEntropy } from '../../src-main/trainer/losses/cross-entropy.ts'
import { buildModel, type BuildOptions } from '../../src-main/trainer/models/build.ts'
import { createDropout, noDropout } from '../../src-main/trainer/models/dropout.ts'
import type { PairModel } from '../../src-main/trainer/models/model.ts'
import { modelDefinitions } from '../../src-main/trainer/models/registry.ts'
import type { ActiveBackend } from '../../src-main/trainer/backends/backend.ts'
import { maxError, oracleBatch } from '../support/bert-oracle.ts'
import { useBackend } from '../support/each-backend.ts'

const options = (
  config: Partial<BuildOptions['config']>,
  rest: Partial<BuildOptions> = {},
): BuildOptions => ({
  config: modelConfig.parse({ type: 'bi_encoder', ...config }),
  labelCount: 3,
  vocabSize: 32,
  padTokenId: 0,
  maxPositions: 20,
  seed: 5,
  ...rest,
})
const values = (model: PairModel) =>
  [...model.parameters].map(([name, variable]) => [name, [...variable.dataSync()]])

let backend: ActiveBackend
beforeAll(async () => (backend = await useBackend('wasm')))

describe('a model from scratch', () => {
  it('is the same to the bit for the same seed, and another for another', async () => {
    const [a, b, other] = await Promise.all([
      buildModel(options({})),
      buildModel(options({})),
      buildModel(options({}, { seed: 6 })),
    ])
    expect(values(a)).toEqual(values(b))
    expect(values(a)).not.toEqual(values(other))
  })

  it('starts a parameter alike whatever other parameters there are', async () => {
    const student = await buildModel(options({ type: 'virt_encoder' }))
    const teacher = await buildModel(options({ type: 'cross_encoder' }))
    const name = 'bert.encoder.layer.1.output.dense.weight'
    const [a, b] = [student, teacher].map((model) => model.parameters.get(name)!.dataSync())
    expect(a).toEqual(b)
  })

  it('has BERT’s initial values: weights N(0, 0.02²) cut at 2σ, biases 0, LayerNorm 1, padding 0', async () => {
    const { parameters } = await buildModel(options({}))
    const weight = parameters.get('bert.encoder.layer.0.intermediate.dense.weight')!
    const { mean, variance } = tf.moments(weight)
    expect(mean.dataSync()[0]).toBeCloseTo(0, 3)
    // a normal distribution cut off at ±2σ keeps 0.7737 of its variance
    expect(variance.dataSync()[0]! / 0.02 ** 2).toBeCloseTo(0.7737, 1)
    expect(tf.max(tf.abs(weight)).dataSync()[0]).toBeLessThanOrEqual(0.04)
    const only = (name: string) => new Set(parameters.get(name)!.dataSync())
    expect(only('bert.encoder.layer.0.intermediate.dense.bias')).toEqual(new Set([0]))
    expect(only('bert.encoder.layer.0.output.LayerNorm.weight')).toEqual(new Set([1]))
    const words = parameters.get('bert.embeddings.word_embeddings.weight')!
    expect(new Set(tf.slice(words, 0, 1).dataSync())).toEqual(new Set([0]))
    expect(new Set(tf.slice(words, 1, 1).dataSync()).size).toBeGreaterThan(100)
  })

  it.each([
    ['tiny', 4_369_408 + 128 * 128 + 128], // google/bert_uncased_L-2_H-128_A-2 has 4,385,920
    ['mini', 11_104_768 + 256 * 256 + 256], // …L-4_H-256_A-4: 11,170,560
  ] as const)('of size %s has as many parameters as Google’s', async (size, parameters) => {
    const config = { type: 'cross_encoder', size } as const
    const model = await buildModel(
      options(config, { vocabSize: 30522, maxPositions: 512, labelCount: 2 }),
    )
    const encoder = [...model.parameters].filter(([name]) => name.startsWith('bert.'))
    expect(encoder.reduce((sum, [, variable]) => sum + variable.size, 0)).toBe(parameters)
    model.dispose()
  })
})

describe.each(modelTypes)('%s', (type) => {
  it('is registered under its name', () => {
    expect(modelDefinitions[type].type).toBe(type)
    expect(modelDefinitions[type].summary).toMatch(/\.$/)
  })

  it('has towers everywhere, nowhere or below its split', async () => {
    const model = await buildModel(options({ type }))
    const expected = { cross_encoder: 0, deformer: 1, dipair: 1 }
    expect(model.towerLayers).toBe(type in expected ? expected[type as 'deformer'] : 2)
    const { joint, towers } = model.forward(oracleBatch, { dropout: noDropout, trace: true })
    expect(joint !== undefined).toBe(type === 'cross_encoder')
    // All layers of a deformer keep every token, so its joint layers have maps too; dipair drops most tokens.
    const traced = type === 'cross_encoder' ? undefined : type === 'dipair' ? 1 : 2
    expect(towers?.x.queries.length).toBe(traced)
    expect(towers?.y.hiddenStates.length).toBe(traced)
    model.dispose()
  })

  it('leaves no tensor behind in forward and backward, with and without a trace', async () => {
    const model = await buildModel(options({ type }))
    const dropout = createDropout({ kernels: backend.kernels, seed: 1 })
    const before = tf.memory().numTensors
    for (const trace of [false, true]) {
      dropout.beginStep(1, true)
      const { value, grads } = tf.variableGrads(
        () =>
          crossEntropy(model.forward(oracleBatch, { dropout, trace }).logits, oracleBatch.labels),
        [...model.parameters.values()],
      )
      tf.dispose([value, ...Object.values(grads)])
      expect(tf.memory().numTensors).toBe(before)
      tf.tidy(() => void model.forward(oracleBatch, { dropout: noDropout, trace }))
      expect(tf.memory().numTensors).toBe(before)
    }
    model.dispose()
    expect(tf.memory().numTensors).toBe(before - model.parameters.size)
  })

  it('scores a pair alike alone and padded in a batch', async () => {
    const model = await buildModel(options({ type }))
    const logits = (batch = oracleBatch) =>
      model.forward(batch, { dropout: noDropout, trace: false }).logits
    const pair = { id: 'short', xIds: Int32Array.of(5), yIds: Int32Array.of(7, 8), label: 0 }
    const long = {
      id: 'long',
      xIds: Int32Array.of(9, 10, 11, 12, 13),
      yIds: Int32Array.of(3, 4, 5, 6, 7, 8),
      label: 1,
    }
    const specials = { cls: 1, sep: 2, pad: 0 }
    const alone = logits(makeBatch([pair], specials))
    const together = logits(makeBatch([long, pair], specials))
    expect(maxError(tf.slice(together, [1, 0], [1, 3]), alone.dataSync())).toBeLessThan(1e-6)
    model.dispose()
  })

  it('can learn a few pairs by heart', async () => {
    const model = await buildModel(options({ type, dropout: 0 }))
    const parameters = [...model.parameters.values()]
    const slots = parameters.map((parameter) => ({
      parameter,
      m: tf.variable(tf.zeros(parameter.shape)),
      v: tf.variable(tf.zeros(parameter.shape)),
      decay: false,
    }))
    let loss = Infinity
    for (let step = 1; step <= 60 && loss > 0.01; step++) {
      const { value, grads } = tf.variableGrads(
        () =>
          crossEntropy(
            model.forward(oracleBatch, { dropout: noDropout, trace: false }).logits,
            oracleBatch.labels,
          ),
        parameters,
      )
      const reached = slots.filter(({ parameter }) => grads[parameter.name])
      backend.kernels.adamW(
        reached,
        reached.map(({ parameter }) => grads[parameter.name]!),
        {
          learningRate: 1e-3,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0,
          step,
          gradientScale: 1,
        },
      )
      loss = value.dataSync()[0]!
      tf.dispose([value, ...Object.values(grads)])
    }
    expect(loss).toBeLessThan(0.01)
    tf.dispose(slots.flatMap(({ m, v }) => [m, v]))
    model.dispose()
  })
})
