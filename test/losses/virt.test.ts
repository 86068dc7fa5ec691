import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { virtConfig, type VirtConfig } from '../../src-shared/config/distillation.ts'
import { matchLayers, type Depth } from '../../src-shared/config/match-layers.ts'
import type { PairBatch, TokenBlock } from '../../src-main/trainer/data/batch.ts'
import { chosenHeads, virtDistillation } from '../../src-main/trainer/distillation/virt.ts'
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
  const match = (
    settings: { layers?: VirtConfig['layers']; layerMap?: number[] },
    student: Depth,
    teacher = { layers: student.layers, usable: student.layers },
  ) => {
    const found = matchLayers({ layers: 'all', ...settings }, student, teacher)
    return Array.isArray(found)
      ? found.map(({ studentLayer, teacherLayer }) => `${studentLayer}←${teacherLayer}`).join(' ')
      : `${found.setting}: ${found.message}; ${found.fix}`
  }
  const depth = (layers: number, usable = layers): Depth => ({ layers, usable })

  it.each([
    ['every layer with the same one', {}, depth(3), '1←1 2←2 3←3'],
    ['a list', { layers: [3, 1, 3] }, depth(3), '3←3 1←1'],
    ['the last two', { layers: 'last 2' }, depth(4), '3←3 4←4'],
    ['every second', { layers: 'every 2' }, depth(5), '2←2 4←4'],
    ['of a deformer those below its split', {}, depth(4, 3), '1←1 2←2 3←3'],
    ['of a deformer the last below its split', { layers: 'last 1' }, depth(4, 3), '3←3'],
  ])('%s', (_, settings, student, expected) => {
    expect(match(settings, student)).toBe(expected)
  })

  it('follows a layer map where depths differ', () => {
    const settings = { layerMap: [2, 4], layers: 'last 1' }
    expect(match({ layerMap: [2, 4] }, depth(2), depth(4))).toBe('1←2 2←4')
    expect(match(settings, depth(2), depth(4))).toBe('2←4')
  })

  it.each([
    [
      'asks for a map where depths differ, and suggests one',
      {},
      depth(2),
      depth(4),
      'layerMap: the student has 2 layers and the teacher 4; name a teacher layer for each student layer, e.g. layerMap: [2, 4]',
    ],
    [
      'suggests for a split student what its towers can use',
      {},
      depth(3, 2),
      depth(12),
      'layerMap: the student has 3 layers and the teacher 12; name a teacher layer for each student layer, e.g. layerMap: [4, 8]',
    ],
    [
      'counts the map',
      { layerMap: [1] },
      depth(2),
      depth(4),
      'layerMap: layerMap names 1 teacher layers for 2 student layers; give one teacher layer for each student layer that can learn',
    ],
    [
      'refuses a teacher layer that does not exist',
      { layerMap: [1, 5] },
      depth(2),
      depth(4),
      'layerMap: the teacher has 4 layers, not 5; use layers from 1 to 4',
    ],
    [
      'refuses a student layer that does not exist',
      { layers: [3] },
      depth(2),
      depth(2),
      'layers: the student has 2 layers, not 3; use layers from 1 to 2',
    ],
    [
      'says that a layer is joint',
      { layers: [4] },
      depth(4, 3),
      depth(4),
      'layers: layer 4 of the student reads X and Y together; use layers from 1 to 3',
    ],
    [
      'refuses more of the last than there are',
      { layers: 'last 3' },
      depth(2),
      depth(2),
      'layers: "last 3" does not fit the 2 student layers that can learn; use layers from 1 to 2',
    ],
    [
      'refuses a step that no layer has',
      { layers: 'every 3' },
      depth(2),
      depth(2),
      'layers: "every 3" does not fit the 2 student layers that can learn; use layers from 1 to 2',
    ],
  ])('%s', (_, settings, student, teacher, expected) => {
    expect(match(settings, student, teacher)).toBe(expected)
  })
})

describe('choosing heads', () => {
  it('takes all, or those of the list', () => {
    expect(chosenHeads('all', 4, 1, 1)).toBeUndefined()
    expect(chosenHeads([3, 1, 3], 4, 1, 1)).toEqual([2, 0])
  })

  it('draws as many as asked for, alike for a seed and layer and not for every layer', () => {
    const drawn = (seed: number, layer: number) => chosenHeads('random 3', 12, seed, layer)!
    expect(new Set(drawn(1, 1)).size).toBe(3)
    expect(drawn(1, 1)).toEqual(drawn(1, 1))
    const layers = Array.from({ length: 12 }, (_, i) => drawn(1, i + 1).join())
    expect(new Set(layers).size).toBeGreaterThan(4)
    expect(drawn(1, 1).join() + drawn(1, 2).join()).not.toBe(
      drawn(2, 1).join() + drawn(2, 2).join(),
    )
  })

  it('refuses heads that a layer has not', () => {
    expect(() => chosenHeads([5], 4, 1, 1)).toThrow('a layer has 4 heads, not 5')
    expect(() => chosenHeads('random 5', 4, 1, 1)).toThrow('a layer has 4 heads, fewer than 5')
  })
})

function distil(reduction: VirtConfig['reduction']) {
  const encoder = { numHiddenLayers: shape.layers, numAttentionHeads: shape.heads }
  const student = { type: 'bi_encoder', encoder, towerLayers: shape.layers } as PairModel
  const teacher = { type: 'cross_encoder', encoder, towerLayers: 0 } as PairModel
  return virtDistillation(virtConfig.parse({ reduction }), { student, teacher, seed: 1 })
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
