import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { encoderSizes, modelConfig, type ModelConfig } from '../../src-shared/config/model.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { pairFlops, type PairLengths } from '../../src-main/trainer/efficiency/flops.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import { oracle, oracleModel, oracleModelConfig } from '../support/bert-oracle.ts'
import { useBackend } from '../support/each-backend.ts'

const base = (settings: Partial<ModelConfig>, labels: number) => ({
  encoder: encoderSizes.base,
  config: modelConfig.parse(settings),
  labels,
})
const giga = (settings: Partial<ModelConfig>, labels: number, lengths: PairLengths) =>
  pairFlops(base(settings, labels), lengths, true) / 1e9

/** GFLOPs a pair as published for VIRT: BERT-base, Y cached wherever a tower reads it. */
describe('the published figures, within 3 %', () => {
  const mnli = { x: 130, y: 130, joint: 259 }
  const boolQ = { x: 64, y: 328, joint: 389 }
  it.each([
    ['BERT', 'cross_encoder', 46.5, 71.7],
    ['Siamese', 'bi_encoder', 22.7, 11.0],
    ['VIRT-Encoder', 'virt_encoder', 22.8, 11.2],
    ['DeFormer', 'deformer', 24.7, 16.1],
  ] as const)('%s', (_name, type, onMnli, onBoolQ) => {
    expect(Math.abs(giga({ type }, 3, mnli) / onMnli - 1)).toBeLessThan(0.03)
    expect(Math.abs(giga({ type }, 2, boolQ) / onBoolQ - 1)).toBeLessThan(0.03)
  })

  it('Siamese with nothing cached costs both towers', () => {
    const both = pairFlops(base({ type: 'bi_encoder' }, 3), mnli, false) / 1e9
    expect(both).toBeCloseTo(2 * giga({ type: 'bi_encoder' }, 3, mnli), 2)
  })
})

describe('every product that a forward pass makes is counted', () => {
  beforeAll(() => useBackend('cpu'))

  // One pair, so that nothing is padding.
  const pair = {
    id: '0',
    xIds: Int32Array.from(oracle.pairs[0]!.x),
    yIds: Int32Array.from(oracle.pairs[0]!.y),
    label: 0,
  }
  const batch = makeBatch([pair], oracle.specials)
  const lengths = { x: batch.x.length, y: batch.y.length, joint: batch.joint.length }

  it.each(Object.entries(oracle.cases))('%s', async (_name, oracleCase) => {
    const model = oracleModel(oracleCase)
    const counted = {
      encoder: model.encoder,
      config: oracleModelConfig(oracleCase),
      labels: oracle.labels,
    }
    const context = { dropout: noDropout, trace: false }
    const { kernels } = await tf.profile(() => model.forward(batch, context).logits)
    const made = kernels.reduce((sum, kernel) => sum + productFlops(kernel), 0)
    expect(pairFlops(counted, lengths, false)).toBe(made)
    model.dispose()
  })
})

type Kernel = Awaited<ReturnType<typeof tf.profile>>['kernels'][number]

/** 2·m·k·n of a matrix product, over its batch; 0 for any other operation. */
function productFlops({ name, inputShapes, outputShapes }: Kernel): number {
  if (!/MatMul/.test(name)) return 0
  const a = inputShapes[0]!
  const b = inputShapes[1]!
  const output = outputShapes[0] as number[]
  const [m = 1, n = 1] = output.slice(-2)
  const size = (shape: number[]) => shape.reduce((product, length) => product * length, 1)
  // a is [batch, m, k] or [batch, k, m]; with m = k both read alike.
  const k = size(a.slice(-2)) / m
  expect(size(b.slice(-2)) / n).toBe(k)
  return 2 * size(output) * k
}
