import { existsSync, readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActiveBackend, AdamWSlot } from '../../src-main/trainer/backends/backend.ts'
import { fillDropoutMask } from '../../src-main/trainer/backends/kernels/dropout-mask.ts'
import { embedding } from '../../src-main/trainer/ops/embedding.ts'
import { linear } from '../../src-main/trainer/ops/linear.ts'
import { sumRows } from '../../src-main/trainer/ops/sum-rows.ts'
import oracle from '../oracle/adamw.json' with { type: 'json' }
import { sharedData } from '../support/shared-data.ts'

const goldenPath = sharedData('golden/misc-golden.json')
const names = ['weight', 'bias'] as const

/** What every backend's kernels must do, whatever they are made of. */
export function describeKernels(name: string, activate: () => Promise<ActiveBackend>): void {
  describe(`kernels of ${name}`, () => {
    let backend: ActiveBackend
    let tensorsBefore: number
    beforeAll(async () => {
      backend = await activate()
      tensorsBefore = tf.memory().numTensors
    })
    afterAll(() => {
      expect(tf.memory().numTensors, 'tensors left behind').toBe(tensorsBefore)
    })

    it.each(oracle.cases)('AdamW equals torch.optim.AdamW: $name', async (torch) => {
      const slots = names.map((key) =>
        slotOf(torch.start[key], oracle.shapes[key], oracle.decays[key]),
      )
      for (const [i, expected] of torch.weights.entries()) {
        updateOnce(backend, slots, torch, torch.gradients[i], i + 1)
        for (const [k, key] of names.entries()) {
          const mine = await slots[k]!.parameter.data()
          expect(
            weightError(mine, expected[key], torch.lr),
            `${key} after step ${i + 1}`,
          ).toBeLessThan(1)
        }
      }
      for (const [k, key] of names.entries()) {
        // TensorFlow's operation forms 1 − β in float32, which for 0.999 is 5e-5 away from 0.001.
        expect(relativeError(await slots[k]!.m.data(), torch.m[key])).toBeLessThan(1e-4)
        expect(relativeError(await slots[k]!.v.data(), torch.v[key])).toBeLessThan(1e-4)
      }
      disposeSlots(slots)
    })

    it.skipIf(!existsSync(goldenPath))('AdamW reaches transformers’ golden weights', async () => {
      const { adamw } = JSON.parse(readFileSync(goldenPath, 'utf8')) as {
        adamw: { w0: number[]; target: number[]; lr: number; steps: number; tolerance: number }
      }
      const slot = slotOf(adamw.w0, [adamw.w0.length], true)
      const target = tf.tensor1d(adamw.target)
      for (let step = 1; step <= adamw.steps; step++) {
        // d/dw of the mean of (w − target)²
        const gradient = tf.tidy(() => tf.mul(tf.sub(slot.parameter, target), 2 / adamw.w0.length))
        backend.kernels.adamW([slot], [gradient], {
          learningRate: adamw.lr,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0,
          step,
          gradientScale: 1,
        })
        gradient.dispose()
      }
      const reached = await slot.parameter.data()
      adamw.target.forEach((value, i) => {
        expect(Math.abs(reached[i]! - value)).toBeLessThanOrEqual(adamw.tolerance)
      })
      target.dispose()
      disposeSlots([slot])
    })

    it('AdamW leaves alone what shared its memory with the parameter', async () => {
      const initial = tf.tensor1d([1, 2, 3])
      const slot = slotOf([0, 0, 0], [3], true)
      slot.parameter.assign(initial) // now both hold the same memory
      const before = tf.clone(slot.parameter)
      const gradient = tf.ones([3])
      updateOnce(backend, [slot], oracle.cases[2]!, undefined, 1, [gradient])
      expect(Array.from(await initial.data())).toEqual([1, 2, 3])
      expect(Array.from(await before.data())).toEqual([1, 2, 3])
      expect((await slot.parameter.data())[0]).toBeLessThan(1)
      tf.dispose([initial, before, gradient])
      disposeSlots([slot])
    })

    it('AdamW goes on from moments that were assigned, as a resumed run does', async () => {
      const torch = oracle.cases[0]!
      const run = async (interruptAt: number) => {
        let slot = slotOf(torch.start.weight, oracle.shapes.weight, true)
        for (let step = 1; step <= 4; step++) {
          if (step === interruptAt) slot = await copyOf(slot)
          const gradient = tf.tensor(torch.gradients[step - 1]!.weight, slot.parameter.shape)
          updateOnce(backend, [slot], torch, undefined, step, [gradient])
          gradient.dispose()
        }
        const weights = await slot.parameter.data()
        disposeSlots([slot])
        return weights
      }
      expect(await run(3)).toEqual(await run(0))
    })

    it('a matrix product after an update uses the updated weights', async () => {
      const slot = slotOf([1, 2, 3, 4], [2, 2], false)
      const bias = tf.zeros([2])
      const x = tf.tensor2d([[1, 1]])
      const output = async () => {
        const y = tf.tidy(() =>
          tf.add(linear(x, slot.parameter, bias), tf.matMul(x, slot.parameter as tf.Tensor2D)),
        )
        const values = Array.from(await y.data())
        y.dispose()
        return values
      }
      const gradient = tf.fill([2, 2], 1)
      const before = await output()
      updateOnce(backend, [slot], { ...oracle.cases[0]!, lr: 1, eps: 1e-8 }, undefined, 1, [
        gradient,
      ])
      const after = await output()
      // Adam's first step is lr against the gradient's sign: every weight 1 less, each output 4 less.
      after.forEach((value, i) => expect(value).toBeCloseTo(before[i]! - 4, 4))
      tf.dispose([x, bias, gradient])
      disposeSlots([slot])
    })

    it('the squared norm is the sum over all tensors', async () => {
      const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i))
      const tensors = [tf.tensor(values, [50, 100]), tf.scalar(-3), tf.zeros([2, 2])]
      const expected = values.reduce((sum, x) => sum + x * x, 9)
      const norm = await backend.kernels.squaredNorm(tensors)
      expect(Math.abs(norm / expected - 1)).toBeLessThan(1e-5)
      expect(await backend.kernels.squaredNorm([])).toBe(0)
      tf.dispose(tensors)
    })

    it('sums of rows are the sums, of one row and of many', async () => {
      for (const rows of [1, 7, 8, 200]) {
        const x = tf.tensor2d(
          Float32Array.from({ length: rows * 5 }, (_, i) => Math.cos(i)),
          [rows, 5],
        )
        const sums = tf.tidy(() => sumRows(x))
        expect(sums.shape).toEqual([5])
        for (let column = 0; column < 5; column++) {
          let expected = 0
          for (let row = 0; row < rows; row++) expected += Math.cos(row * 5 + column)
          expect((await sums.data())[column]).toBeCloseTo(expected, 4)
        }
        tf.dispose([x, sums])
      }
    })

    it('gradients repeat to the bit', async () => {
      const rows = 300
      const ids = tf.tensor1d(
        Int32Array.from({ length: rows }, (_, i) => (i * 31) % 40),
        'int32',
      )
      const table = tf.tidy(() =>
        tf.keep(tf.variable(tf.randomNormal([40, 64], 0, 1, 'float32', 5))),
      )
      const weight = tf.tidy(() =>
        tf.keep(tf.variable(tf.randomNormal([96, 64], 0, 1, 'float32', 6))),
      )
      const bias = tf.zeros([96])
      const gradients = async () => {
        const { value, grads } = tf.variableGrads(
          () => tf.sum<tf.Scalar>(tf.square(linear(embedding(table, ids), weight, bias))),
          [table, weight],
        )
        const values = [await grads[table.name]!.data(), await grads[weight.name]!.data()]
        const copies = values.map((array) => Float32Array.from(array))
        tf.dispose([value, ...Object.values(grads)])
        return copies
      }
      const first = await gradients()
      for (let i = 0; i < 3; i++) expect(await gradients()).toEqual(first)
      tf.dispose([ids, table, weight, bias])
    })

    it('a dropout mask has the numbers that it has on every backend', async () => {
      const expected = new Float32Array(2 * 3 * 50)
      fillDropoutMask(expected, 0.3, [123, 456])
      const mask = backend.kernels.dropoutMask([2, 3, 50], 0.3, [123, 456])
      expect(mask.shape).toEqual([2, 3, 50])
      expect(await mask.data()).toEqual(expected)
      mask.dispose()
    })
  })
}

type TorchSettings = Pick<
  (typeof oracle.cases)[number],
  'lr' | 'betas' | 'eps' | 'weight_decay' | 'scale'
>

function slotOf(values: number[], shape: number[], decay: boolean): AdamWSlot {
  return tf.tidy(() => ({
    parameter: tf.keep(tf.variable(tf.tensor(values, shape))),
    m: tf.keep(tf.variable(tf.zeros(shape), false)),
    v: tf.keep(tf.variable(tf.zeros(shape), false)),
    decay,
  }))
}

/** The same values in new variables; the old ones are disposed. */
async function copyOf(slot: AdamWSlot): Promise<AdamWSlot> {
  const { parameter, m, v, decay } = slot
  const copy = slotOf(Array.from(await parameter.data()), parameter.shape, decay)
  for (const [target, source] of [
    [copy.m, m],
    [copy.v, v],
  ] as const) {
    const values = tf.tensor(Array.from(await source.data()), source.shape)
    target.assign(values)
    values.dispose()
  }
  disposeSlots([slot])
  return copy
}

function updateOnce(
  backend: ActiveBackend,
  slots: AdamWSlot[],
  { lr, betas, eps, weight_decay, scale }: TorchSettings,
  values: Record<(typeof names)[number], number[]> | undefined,
  step: number,
  gradients = slots.map(({ parameter }, k) => tf.tensor(values![names[k]!], parameter.shape)),
): void {
  backend.kernels.adamW(slots, gradients, {
    learningRate: lr,
    beta1: betas[0]!,
    beta2: betas[1]!,
    epsilon: eps,
    weightDecay: weight_decay,
    step,
    gradientScale: scale,
  })
  if (values) tf.dispose(gradients)
}

function disposeSlots(slots: AdamWSlot[]): void {
  for (const { parameter, m, v } of slots) tf.dispose([parameter, m, v])
}

/** Largest |a − b| / |b|. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largest(b, (i) => Math.abs(a[i]! - b[i]!) / (Math.abs(b[i]!) + 1e-12))
}

/** Largest |a − b| in units of float32's rounding of b and of a hundred-thousandth of a step. */
function weightError(a: ArrayLike<number>, b: ArrayLike<number>, learningRate: number): number {
  return largest(b, (i) => Math.abs(a[i]! - b[i]!) / (1e-6 * Math.abs(b[i]!) + 1e-5 * learningRate))
}

function largest(of: ArrayLike<number>, measure: (i: number) => number): number {
  return Math.max(...Array.from(of, (_, i) => measure(i)))
}
