import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../../../../src-shared/errors.ts'

/** Side of the square matrices. */
const SIDE = 1024
/** Enough for a slow backend to tell; a fast one goes on for as long as this. */
const ENOUGH_MS = 300

/**
 * GFLOP/s of the active backend at 1024² float32 matrix products, the best of several, after one whose result is
 * checked. @throws UserError when the product is wrong
 */
export async function measureMatMul(side = SIDE): Promise<number> {
  const ramp = (step: number) =>
    tf.tensor2d(
      Float32Array.from({ length: side * side }, (_, i) => ((i * step) % 17) / 16 - 0.5),
      [side, side],
    )
  const a = ramp(7)
  const b = ramp(11)
  const flops = 2 * side ** 3
  let best = await checkProduct(a, b)
  let total = best
  while (total < ENOUGH_MS) {
    const start = performance.now()
    const product = tf.matMul(a, b)
    await product.data() // waits for devices that work on their own
    const ms = performance.now() - start
    product.dispose()
    best = Math.min(best, ms)
    total += ms
  }
  tf.dispose([a, b])
  return flops / best / 1e6
}

/** Compares some elements of a·b with their float64 values. Returns how long the product took, in ms. */
async function checkProduct(a: tf.Tensor2D, b: tf.Tensor2D): Promise<number> {
  const side = a.shape[0]
  const start = performance.now()
  const product = tf.matMul(a, b)
  const z = await product.data<'float32'>()
  const ms = performance.now() - start
  const [x, y] = await Promise.all([a.data<'float32'>(), b.data<'float32'>()])
  product.dispose()
  for (let i = 0; i < 64; i++) {
    const row = (i * 331) % side
    const column = (i * 577) % side
    let sum = 0
    for (let k = 0; k < side; k++) sum += x[row * side + k]! * y[k * side + column]!
    if (!(Math.abs(sum - z[row * side + column]!) < 1e-2)) {
      throw new UserError(`a matrix product came out wrong: ${z[row * side + column]} for ${sum}`, {
        fix: 'use another backend',
      })
    }
  }
  return ms
}
