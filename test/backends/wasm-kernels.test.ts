import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { activateBackend } from '../../src-main/trainer/backends/index.ts'
import { embedding } from '../../src-main/trainer/ops/embedding.ts'
import { sumRows } from '../../src-main/trainer/ops/sum-rows.ts'

let tensorsBefore: number
beforeEach(async () => {
  await activateBackend('wasm', '')
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore))

const side = fc.integer({ min: 1, max: 20 })
const batchAxes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 })

describe('matrix products on wasm', () => {
  it('equal float64 ones for every shape, transposition and broadcast batch', () => {
    const operands = fc.record({
      ...{ m: side, k: side, n: side },
      ...{ transposeA: fc.boolean(), transposeB: fc.boolean() },
      batch: batchAxes,
      // An axis of the operand's batch may be 1 where the result's is not, and leading ones may be absent.
      ...{ ownA: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }) },
      ...{ ownB: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }) },
      ...{ leadingA: fc.integer({ min: 0, max: 2 }), leadingB: fc.integer({ min: 0, max: 2 }) },
      seed: fc.integer(),
    })
    fc.assert(
      fc.property(operands, ({ m, k, n, transposeA, transposeB, batch, ...rest }) => {
        const own = (keep: boolean[], drop: number) =>
          batch.map((size, i) => (keep[i] ? size : 1)).slice(Math.min(drop, batch.length))
        const a = [...own(rest.ownA, rest.leadingA), ...(transposeA ? [k, m] : [m, k])]
        const b = [...own(rest.ownB, rest.leadingB), ...(transposeB ? [n, k] : [k, n])]
        const x = numbers(a, rest.seed)
        const y = numbers(b, rest.seed + 1)
        const product = tf.tidy(() =>
          tf.matMul(tf.tensor(x, a), tf.tensor(y, b), transposeA, transposeB),
        )
        const expected = productInFloat64(
          { shape: a, values: x },
          { shape: b, values: y },
          transposeA,
          transposeB,
        )
        expect(product.shape.slice(-2)).toEqual([m, n])
        expect(largestDifference(product.dataSync(), expected)).toBeLessThan(1e-5)
        product.dispose()
      }),
      { numRuns: 200 },
    )
  })

  it('has gradients that equal the cpu backend’s', async () => {
    const x = numbers([2, 2, 5, 4], 1)
    const y = numbers([2, 2, 6, 4], 2)
    const gradients = async (backend: 'wasm' | 'cpu') => {
      await activateBackend(backend, '')
      const [a, b] = [tf.tensor(x, [2, 2, 5, 4]), tf.tensor(y, [2, 2, 6, 4])]
      const of = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.square(tf.matMul(a, b, false, true)))
      const found = of([a, b])
      const values = found.map((gradient) => gradient.dataSync())
      tf.dispose([a, b, ...found])
      return values
    }
    const [mine, reference] = [await gradients('wasm'), await gradients('cpu')]
    mine.forEach((gradient, i) =>
      expect(largestDifference(gradient, reference[i]!)).toBeLessThan(1e-4),
    )
    await activateBackend('wasm', '')
  })
})

describe('embedding on wasm', () => {
  it('sums the gradients of a token that comes up more than once', () => {
    const initial = tf.tensor2d(numbers([5, 3], 3), [5, 3])
    const table = tf.variable(initial)
    const ids = tf.tensor1d([1, 4, 1, 0, 1], 'int32')
    const weights = tf.tensor2d(numbers([5, 3], 4), [5, 3])
    const { grads, value } = tf.variableGrads(() =>
      tf.sum<tf.Scalar>(tf.mul(embedding(table, ids), weights)),
    )
    const gradient = grads[table.name]!.arraySync() as number[][]
    const rows = weights.arraySync()
    expect(gradient[2]).toEqual([0, 0, 0])
    expect(gradient[3]).toEqual([0, 0, 0])
    gradient[1]!.forEach((sum, k) =>
      expect(sum).toBeCloseTo(rows[0]![k]! + rows[2]![k]! + rows[4]![k]!, 6),
    )
    gradient[4]!.forEach((sum, k) => expect(sum).toBeCloseTo(rows[1]![k]!, 6))
    tf.dispose([initial, table, ids, weights, value, ...Object.values(grads)])
  })

  it('gathers along other axes, and refuses an index beyond the table', () => {
    const x = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const ids = tf.tensor1d([2, 0], 'int32')
    const columns = tf.gather(x, ids, 1)
    expect(columns.arraySync()).toEqual([
      [3, 1],
      [6, 4],
    ])
    const beyond = tf.tensor1d([2], 'int32')
    expect(() => tf.tidy(() => tf.gather(x, beyond))).toThrow('index 2 is not one of the table')
    tf.dispose([x, ids, columns, beyond])
  })

  it('segment sums drop negative ids, as TensorFlow does', () => {
    const sums = tf.tidy(() =>
      tf.unsortedSegmentSum(
        tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        tf.tensor1d([1, -1, 1], 'int32'),
        2,
      ),
    )
    expect(sums.arraySync()).toEqual([
      [0, 0],
      [6, 8],
    ])
    sums.dispose()
  })
})

describe('transposes and sums on wasm', () => {
  it('exchange the last two axes for every shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (batch, rows, columns) => {
          const values = numbers([batch, rows, columns], rows)
          const transposed = tf.tidy(() =>
            tf.transpose(tf.tensor(values, [batch, rows, columns]), [0, 2, 1]),
          )
          const found = transposed.dataSync()
          for (let b = 0; b < batch; b++) {
            for (let r = 0; r < rows; r++) {
              for (let c = 0; c < columns; c++) {
                expect(found[(b * columns + c) * rows + r]).toBe(
                  values[(b * rows + r) * columns + c],
                )
              }
            }
          }
          transposed.dispose()
        },
      ),
      { numRuns: 30 },
    )
  })

  it('exchange other axes as tfjs does', () => {
    const x = tf.tensor3d(numbers([2, 3, 4], 5), [2, 3, 4])
    const moved = tf.transpose(x, [2, 0, 1])
    expect(moved.shape).toEqual([4, 2, 3])
    expect(moved.dataSync()[1 * 6 + 1 * 3 + 2]).toBe(x.dataSync()[1 * 12 + 2 * 4 + 1])
    tf.dispose([x, moved])
  })

  it('sum over rows for every number of rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (rows, width) => {
          const values = numbers([rows, width], rows)
          const sums = tf.tidy(() => sumRows(tf.tensor2d(values, [rows, width])))
          const expected = Array.from({ length: width }, (_, c) => {
            let sum = 0
            for (let r = 0; r < rows; r++) sum += values[r * width + c]!
            return sum
          })
          expect(largestDifference(sums.dataSync(), expected)).toBeLessThan(1e-5)
          sums.dispose()
        },
      ),
    )
  })
})

/** Some numbers between −1 and 1, the same for the same seed. */
function numbers(shape: number[], seed: number): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1)
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233))
}

interface Matrices {
  shape: number[]
  values: Float32Array
}

/** Every element from its definition, with numpy's broadcasting of the batch axes. */
function productInFloat64(
  a: Matrices,
  b: Matrices,
  transposeA: boolean,
  transposeB: boolean,
): number[] {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number]
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number]
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
  const n = transposeB ? bRows : bColumns
  const result: number[] = []
  for (const index of indices(batch)) {
    const startA = offset(index, batchA) * m * k
    const startB = offset(index, batchB) * k * n
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let p = 0; p < k; p++) {
          const x = a.values[startA + (transposeA ? p * m + i : i * k + p)]!
          const y = b.values[startB + (transposeB ? j * k + p : p * n + j)]!
          sum += x * y
        }
        result.push(sum)
      }
    }
  }
  return result
}

/** Every index of a shape, the last axis fastest. */
function indices(shape: number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  )
}

/** Place of a broadcast index among an operand's matrices. */
function offset(index: number[], own: number[]): number {
  const tail = index.slice(index.length - own.length)
  return own.reduce((place, size, axis) => place * size + (size === 1 ? 0 : tail[axis]!), 0)
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}
