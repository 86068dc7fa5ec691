import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  distillationConfig,
  distillationNames,
  wantedDistillations,
} from '../../src-shared/config/distillation.ts'
import type { PairBatch, TokenBlock } from '../../src-main/trainer/data/batch.ts'
import { makeDistillations } from '../../src-main/trainer/distillation/index.ts'
import type { Models } from '../../src-main/trainer/distillation/distillation.ts'
import { marginWeights } from '../../src-main/trainer/losses/margin.ts'
import type { EncoderTrace, ForwardOutput } from '../../src-main/trainer/models/model.ts'
import oracle from '../oracle/distillation.json' with { type: 'json' }
import { testBackends, useBackend } from '../support/each-backend.ts'
import { gradientError } from '../support/finite-difference.ts'

const { shape } = oracle
const hiddenSize = shape.heads * shape.headSize
const cases = Object.entries(oracle.expected)

// The student's tensors, in this order a flat list: kinds × layers.
const kinds = ['xQueries', 'xKeys', 'yQueries', 'yKeys', 'xHidden', 'yHidden', 'logits'] as const
type Gradients = Partial<Record<(typeof kinds)[number], (number[] | null)[]>>

describe.each(testBackends)('distillation on %s', (backend) => {
  beforeAll(() => useBackend(backend))

  it.each(cases)('%s equals PyTorch, its gradients too', (_, { config, loss, gradients }) => {
    const of = lossOfStudent(config)
    expect(of.loss(...of.inputs).dataSync()[0]).toBeCloseTo(loss, 5)
    const mine = tf.grads(of.loss)(of.inputs)
    const theirs = gradients as Gradients
    of.places.forEach(({ kind, layer }, i) => {
      const expected = theirs[kind]?.[layer]
      const found = Array.from(mine[i]!.dataSync())
      const errors = found.map((value, n) => Math.abs(value - (expected?.[n] ?? 0)))
      expect(Math.max(...errors), `${kind} of layer ${layer + 1}`).toBeLessThan(1e-5)
    })
    tf.dispose(mine)
  })
})

describe('distillation', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it.each(cases)('%s agrees with finite differences', (_, { config }) => {
    const { loss, inputs } = lossOfStudent(config)
    expect(gradientError(loss, inputs, { entries: 4 })).toBeLessThan(0.02)
  })

  it('has a test against PyTorch for each', () => {
    const tested = new Set(
      cases.flatMap(([, { config }]) => wantedDistillations(distillationConfig.parse(config))),
    )
    expect([...tested].sort()).toEqual([...distillationNames].sort())
  })

  it('makes every one that is asked for, each with its weight and the name of its series', () => {
    const config = distillationConfig.parse({
      hidden: { alpha: 0 },
      virt: { alpha: 0.5 },
      marginMse: {},
      dide: {},
      logits: { alpha: 2 },
    })
    const made = makeDistillations(config, models())
    expect(made.map(({ name, weight }) => `${name} ${weight}`)).toEqual([
      'virt 0.5',
      'logits 2',
      'margin_mse 0.1',
      'dide 1',
      'hidden 0',
    ])
    expect(made.filter(({ needsTrace }) => needsTrace).map(({ name }) => name)).toEqual([
      'virt',
      'dide',
      'hidden',
    ])
  })

  it('has no margin where all pairs of a batch have one label', () => {
    const batch = { ...batchOfOracle(), labels: new Int32Array(shape.batch) }
    expect(Math.max(...marginWeights(batch, shape.labels, 'batch').dataSync())).toBe(0)
  })
})

describe('models that do not fit', () => {
  const small = { numHiddenLayers: 2, numAttentionHeads: 2, hiddenSize: 128 }
  const wide = { numHiddenLayers: 2, numAttentionHeads: 4, hiddenSize: 256 }
  type Of = Partial<Pick<Models['student'], 'type' | 'towerLayers'>> & { encoder?: typeof small }
  const refusal = (config: object, student: Of, teacher: Of = {}) => {
    const given = {
      student: { type: 'bi_encoder', towerLayers: 2, encoder: small, ...student },
      teacher: { type: 'cross_encoder', towerLayers: 0, encoder: small, ...teacher },
      seed: 1,
    } as Models
    try {
      return makeDistillations(distillationConfig.parse(config), given).map(({ name }) => name)
    } catch (error) {
      return (error as Error).message
    }
  }
  const cross = { type: 'cross_encoder', towerLayers: 0 } as const

  it.each([
    [{ virt: {} }, cross, {}, /a cross_encoder reads X and Y together/],
    [{ dide: {} }, cross, {}, /a cross_encoder reads X and Y together/],
    [
      { virt: {} },
      {},
      { type: 'sbert', towerLayers: 2 } as const,
      /the teacher is a sbert; VIRT needs the cross-attention of a cross_encoder/,
    ],
    [{ dide: {} }, {}, { encoder: wide }, /DiDE matches heads one to one, but there are 2 and 4/],
    [{ hidden: {} }, {}, { encoder: wide }, /they are 128 and 256 wide/],
    [
      { virt: { layers: [2] } },
      { type: 'deformer', towerLayers: 1 } as const,
      {},
      /layer 2 of the student reads X and Y together/,
    ],
    [
      { hidden: { layers: [2] } },
      { type: 'dipair', towerLayers: 1 } as const,
      {},
      /layer 2 of the student/,
    ],
  ])('%j is refused', (config, student, teacher, message) => {
    expect(refusal(config, student, teacher)).toMatch(message)
  })

  it.each([
    [{ logits: {}, marginMse: {} }, cross, { type: 'colbert', towerLayers: 2 } as const],
    [{ logits: {} }, {}, { encoder: wide }],
    [{ hidden: {} }, cross, {}],
    [{ hidden: {} }, {}, { type: 'sbert', towerLayers: 2 } as const],
    [{ hidden: { layers: [2] } }, { type: 'deformer', towerLayers: 1 } as const, {}],
    [{ virt: {}, dide: {} }, { type: 'deformer', towerLayers: 1 } as const, {}],
  ])('%j is fine', (config, student, teacher) => {
    expect(refusal(config, student, teacher)).toHaveLength(Object.keys(config).length)
  })
})

function models(): Models {
  const encoder = {
    numHiddenLayers: shape.layers,
    numAttentionHeads: shape.heads,
    hiddenSize,
  } as Models['student']['encoder']
  return {
    student: { type: 'bi_encoder', encoder, towerLayers: shape.layers },
    teacher: { type: 'cross_encoder', encoder, towerLayers: 0 },
    seed: 1,
  }
}

function batchOfOracle(): PairBatch {
  const block = (contents: number[], idOf: (b: number) => number): TokenBlock => {
    const length = Math.max(...contents) + 2
    const inputIds = new Int32Array(shape.batch * length)
    contents.forEach((n, b) => inputIds.fill(idOf(b), b * length, b * length + n + 2))
    return {
      batch: shape.batch,
      length,
      lengths: Int32Array.from(contents, (n) => n + 2),
      inputIds,
      tokenTypeIds: new Int32Array(0),
      attentionMask: new Float32Array(0),
    }
  }
  const x = block(shape.xContent, (b) => shape.textOfX[b]! + 5)
  const y = block(shape.yContent, () => 5)
  return { ids: [], labels: Int32Array.from(shape.gold), x, y, joint: x }
}

/** A distillation's loss as a function of what the student's forward pass gives. */
function lossOfStudent(config: object): {
  loss: (...inputs: Tensor[]) => Scalar
  inputs: Tensor[]
  places: { kind: (typeof kinds)[number]; layer: number }[]
} {
  const batch = batchOfOracle()
  const [distillation] = makeDistillations(distillationConfig.parse(config), models())
  const { batch: size, heads, headSize, labels, jointLength } = shape
  const heads4 = (length: number) => (values: number[]) =>
    tf.tensor4d(values, [size, heads, length, headSize])
  const rows3 = (length: number) => (values: number[]) =>
    tf.tensor3d(values, [size, length, hiddenSize])
  const joint: EncoderTrace = {
    queries: oracle.teacher.queries.map(heads4(jointLength)),
    keys: oracle.teacher.keys.map(heads4(jointLength)),
    hiddenStates: oracle.teacher.hidden.map(rows3(jointLength)),
  }
  const teacherLogits = tf.tensor2d(oracle.teacher.logits[0]!, [size, labels])
  const targets = distillation!.targets({ logits: teacherLogits, joint }, batch)

  const lengthOf = (kind: string) => (kind.startsWith('x') ? batch.x.length : batch.y.length)
  const made = kinds.flatMap((kind) =>
    oracle.student[kind].map((values, layer) => {
      const tensor: Tensor =
        kind === 'logits'
          ? tf.tensor2d(values, [size, labels])
          : kind.endsWith('Hidden')
            ? rows3(lengthOf(kind))(values)
            : heads4(lengthOf(kind))(values)
      return { kind, layer, tensor }
    }),
  )
  const places = made.map(({ kind, layer }) => ({ kind, layer }))
  const loss = (...tensors: Tensor[]) => {
    const of = (kind: string) => tensors.filter((_, i) => places[i]!.kind === kind)
    const tower = (side: 'x' | 'y'): EncoderTrace => ({
      queries: of(`${side}Queries`) as Tensor4D[],
      keys: of(`${side}Keys`) as Tensor4D[],
      hiddenStates: of(`${side}Hidden`) as Tensor3D[],
    })
    const output: ForwardOutput = {
      logits: of('logits')[0] as Tensor2D,
      towers: { x: tower('x'), y: tower('y') },
    }
    // Inputs that a loss does not read get a gradient of 0 this way.
    const untouched = tf.mul<Scalar>(tf.addN(tensors.map((t) => tf.sum<Scalar>(t))), 0)
    return tf.add<Scalar>(distillation!.loss(output, targets, batch), untouched)
  }
  return { loss, inputs: made.map(({ tensor }) => tensor), places }
}
