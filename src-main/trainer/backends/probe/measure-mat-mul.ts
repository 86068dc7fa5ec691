import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../../../../src-shared/errors.ts'

/** Side of the square matrices; a slow backend gets an eighth of the work. */
const SIDE = 1024
const SLOW_SIDE = 512
/** Below this many GFLOP/s a product of 1024² takes half a second. */
const SLOW = 4
const WARM_UP_SIDE = 192
const ENOUGH_MS = 300

/**
 * GFLOP/s of the active backend at float32 matrix products of 1024² (512² where it is slow): the best of several,
 * after checking that the result is right. @throws UserError when it is not
 */
export async function measureMatMul(): Promise<number> {
  await timeProducts(WARM_UP_SIDE, 0)
  const slow = (await timeProducts(WARM_UP_SIDE, 0)) < SLOW
  return timeProducts(slow ? SLOW_SIDE : SIDE, ENOUGH_MS)
}

/** The best GFLOP/s of as many products as fit in that time, at least one. */
async function timeProducts(side: number, enoughMs: number): Promise<number> {
  const ramp = (step: number) =>
    tf.tensor2d(
      Float32Array.from({ length: side * side }, (_, i) => ((i * step) % 17) / 16 - 0.5),
      [side, side],
    )
  const a = ramp(7)
  const b = ramp(11)
  let best = await checkProduct(a, b)
  let total = best
  while (total < enoughMs) {
    const start = performance.now()
    const product = tf.matMul(a, b)
    await product.data() // waits for devices that work on their own
    const ms = performance.now() - start
    product.dispose()
    best = Math.min(best, ms)
    total += ms
  }
  tf.dispose([a, b])
  return (2 * side ** 3) / best / 1e6
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
