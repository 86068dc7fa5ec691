import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { VirtConfig } from '../../src-shared/config/training.ts'
import type { PairBatch, TokenBlock } from '../../src-main/trainer/data/batch.ts'
import { matchLayers, virtDistillation } from '../../src-main/trainer/distillation/virt.ts'
import type { EncoderTrace, PairModel } from '../../src-main/trainer/models/model.ts'
import oracle from '../oracle/virt_losses.json' with { type: 'json' }
import { gradientError } from '../support/finite-difference.ts'

const { shape } = oracle
const reductions = ['default', 'paper_code', 'l2', 'kl'] as const
const sides = ['xQueries', 'xKeys', 'yQueries', 'yKeys'] as const

beforeAll(() => tf.setBackend('cpu'))

describe('VIRT loss', () => {
  it.each(reductions)('%s equals PyTorch, its gradients too', (reduction) => {
    const { loss, inputs } = lossOfStudent(reduction)
    expect(loss(...inputs).dataSync()[0]).toBeCloseTo(oracle.expected[reduction].loss, 5)
    const gradients = tf.grads(loss)(inputs)
    sides.forEach((side, s) => {
      for (let layer = 0; layer < shape.layers; layer++) {
        const mine = gradients[s * shape.layers + layer]!.dataSync()
        const theirs = oracle.expected[reduction].gradients[side][layer]!
        expect(largestDifference(mine, theirs), `${side} of layer ${layer + 1}`).toBeLessThan(1e-5)
      }
    })
  })

  it.each(reductions)('%s agrees with finite differences', (reduction) => {
    const { loss, inputs } = lossOfStudent(reduction)
    expect(gradientError(loss, inputs)).toBeLessThan(0.02)
  })

  it.each(reductions)('%s is 0 when the student’s blocks are the teacher’s', (reduction) => {
    // Towers whose content tokens have the very queries and keys of the teacher's content tokens.
    const { batch, joint } = teacherSide()
    const from = (t: Tensor4D, starts: number[], length: number) =>
      tf.stack(
        starts.map((start, b) => {
          const row = tf.squeeze(tf.slice(t, [b, 0, 0, 0], [1, -1, -1, -1]), [0])
          const padded = tf.pad(row, [
            [0, 0],
            [0, length],
            [0, 0],
          ])
          return tf.slice(padded, [0, start - 1, 0], [-1, length, -1]) // [CLS]'s place holds whatever was before
        }),
      ) as Tensor4D
    const xStarts = shape.xContent.map(() => 1)
    const yStarts = shape.xContent.map((m) => m + 2)
    const tower = (starts: number[], length: number): EncoderTrace => ({
      queries: joint.queries.map((t) => from(t, starts, length)),
      keys: joint.keys.map((t) => from(t, starts, length)),
      hiddenStates: [],
    })
    const distillation = distil(reduction)
    const targets = distillation.targets({ logits: tf.zeros([1, 2]), joint }, batch)
    const towers = { x: tower(xStarts, batch.x.length), y: tower(yStarts, batch.y.length) }
    const loss = distillation.loss({ logits: tf.zeros([1, 2]), towers }, targets, batch)
    // paper_code also compares padded rows, where the two models have unrelated vectors: only there may it differ.
    if (reduction === 'paper_code')
      expect(loss.dataSync()[0]).toBeLessThan(oracle.expected.paper_code.loss)
    else expect(Math.abs(loss.dataSync()[0]!)).toBeLessThan(1e-6)
  })

  it.each(['default', 'l2', 'kl'] as const)('%s never sees padding', (reduction) => {
    const { loss, inputs } = lossOfStudent(reduction)
    const garbage = inputs.map((t, i) => {
      const contents = i < 2 * shape.layers ? shape.xContent : shape.yContent
      const values = t.dataSync().slice()
      const [batch, heads, length, size] = t.shape
      for (let b = 0; b < batch; b++) {
        for (let h = 0; h < heads; h++) {
          for (let position = 0; position < length; position++) {
            const isContent = position >= 1 && position <= contents[b]!
            if (isContent) continue
            const start = ((b * heads + h) * length + position) * size
            values.fill(1e3, start, start + size)
          }
        }
      }
      return tf.tensor(values, t.shape)
    })
    expect(loss(...garbage).dataSync()[0]).toBe(loss(...inputs).dataSync()[0])
    for (const [i, gradient] of tf.grads(loss)(garbage).entries()) {
      const contents = i < 2 * shape.layers ? shape.xContent : shape.yContent
      const [, heads, length, size] = gradient.shape as [number, number, number, number]
      const values = gradient.dataSync()
      const paddingGradient = values.filter((_, j) => {
        const position = Math.floor(j / size) % length
        const b = Math.floor(j / (size * length * heads))
        return position < 1 || position > contents[b]!
      })
      expect(Math.max(0, ...paddingGradient.map(Math.abs))).toBe(0)
    }
  })
})

describe('matching layers', () => {
  const encoder = (numHiddenLayers: number, numAttentionHeads = 2) =>
    ({ numHiddenLayers, numAttentionHeads }) as PairModel['encoder']
  const virt = (config: Partial<VirtConfig> = {}): VirtConfig => ({
    alpha: 0.4,
    reduction: 'default',
    layers: 'all',
    ...config,
  })

  it('pairs every layer with the same one', () => {
    expect(matchLayers(virt(), encoder(2), encoder(2))).toEqual([
      { studentLayer: 1, teacherLayer: 1 },
      { studentLayer: 2, teacherLayer: 2 },
    ])
  })

  it('distils the layers that were asked for', () => {
    expect(matchLayers(virt({ layers: [2] }), encoder(2), encoder(2))).toEqual([
      { studentLayer: 2, teacherLayer: 2 },
    ])
  })

  it('follows a layer map where depths differ', () => {
    expect(matchLayers(virt({ layerMap: [2, 4] }), encoder(2), encoder(4))).toEqual([
      { studentLayer: 1, teacherLayer: 2 },
      { studentLayer: 2, teacherLayer: 4 },
    ])
  })

  it('asks for a map where depths differ, and suggests one', () => {
    expect(() => matchLayers(virt(), encoder(2), encoder(4))).toThrow('2 layers and the teacher 4')
  })

  it('refuses unequal numbers of heads', () => {
    expect(() => matchLayers(virt(), encoder(2, 2), encoder(2, 4))).toThrow(
      'the student has 2 heads a layer and the teacher 4',
    )
  })

  it('refuses layers that do not exist', () => {
    expect(() => matchLayers(virt({ layers: [3] }), encoder(2), encoder(2))).toThrow('not 3')
    expect(() => matchLayers(virt({ layerMap: [1, 5] }), encoder(2), encoder(4))).toThrow('not 5')
  })
})

function distil(reduction: VirtConfig['reduction']) {
  const model = {
    encoder: { numHiddenLayers: shape.layers, numAttentionHeads: shape.heads },
  } as PairModel
  const virt: VirtConfig = { alpha: 0.4, reduction, layers: 'all' }
  return virtDistillation({ virt }, model, model)!
}

/** The oracle's teacher and the batch's lengths. */
function teacherSide(): { batch: PairBatch; joint: EncoderTrace } {
  const block = (contents: number[]): TokenBlock => ({
    batch: shape.batch,
    length: Math.max(...contents) + 2,
    lengths: Int32Array.from(contents, (n) => n + 2),
    inputIds: new Int32Array(0),
    tokenTypeIds: new Int32Array(0),
    attentionMask: new Float32Array(0),
  })
  const batch = { x: block(shape.xContent), y: block(shape.yContent) } as PairBatch
  const tensors = (values: number[][]) =>
    values.map((v) => tf.tensor4d(v, [shape.batch, shape.heads, shape.jointLength, shape.headSize]))
  const joint = {
    queries: tensors(oracle.teacher.queries),
    keys: tensors(oracle.teacher.keys),
    hiddenStates: [],
  }
  return { batch, joint }
}

/** The loss as a function of the student's queries and keys: sides × layers, in the order of `sides`. */
function lossOfStudent(reduction: VirtConfig['reduction']): {
  loss: (...inputs: Tensor[]) => Scalar
  inputs: Tensor4D[]
} {
  const { batch, joint } = teacherSide()
  const distillation = distil(reduction)
  const targets = distillation.targets({ logits: tf.zeros([1, 2]), joint }, batch)
  const { layers } = shape
  const inputs = sides.flatMap((side) =>
    oracle.student[side].map((values) => {
      const length = side.startsWith('x') ? batch.x.length : batch.y.length
      return tf.tensor4d(values, [shape.batch, shape.heads, length, shape.headSize])
    }),
  )
  const loss = (...tensors: Tensor[]) => {
    const of = (s: number) => tensors.slice(s * layers, (s + 1) * layers) as Tensor4D[]
    const towers = {
      x: { queries: of(0), keys: of(1), hiddenStates: [] },
      y: { queries: of(2), keys: of(3), hiddenStates: [] },
    }
    return distillation.loss({ logits: tf.zeros([1, 2]), towers }, targets, batch)
  }
  return { loss, inputs }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0)
}
