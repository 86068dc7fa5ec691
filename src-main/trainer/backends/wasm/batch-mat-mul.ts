import * as tf from '@tensorflow/tfjs-core'
import { type BackendWasm, HeapSlices, moduleFunction, registerWasmKernel } from './heap.ts'
import type { TensorInfo } from './heap.ts'
import { transposeMatrices } from './transpose-matrices.ts'

/**
 * Batched matrix products through XNNPACK's fast path. tfjs's own kernel reaches it only for one product of
 * untransposed matrices; batches and transposed operands fall to a scalar loop, 10 to 20 times slower, and they
 * are what attention and every gradient consist of. So: transpose explicitly, then one fast product a batch.
 */
export function registerBatchMatMul(backend: BackendWasm): void {
  const product = moduleFunction<FastProduct>(backend, tf.BatchMatMul, [
    'number', // a: id, shape as int32 bytes, rank
    'array',
    'number',
    'number', // b: the same
    'array',
    'number',
    'number', // transpose a, transpose b
    'number',
    'number', // out: id
  ])
  const slices = new HeapSlices(backend)

  registerWasmKernel<'a' | 'b', tf.BatchMatMulAttrs>(tf.BatchMatMul, ({ inputs, attrs, backend }) =>
    batchMatMul(backend, inputs, attrs, product, slices),
  )
}

type FastProduct = (
  aId: number,
  aShape: Uint8Array,
  aRank: number,
  bId: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: boolean,
  transposeB: boolean,
  outId: number,
) => void

function batchMatMul(
  backend: BackendWasm,
  { a, b }: Record<'a' | 'b', TensorInfo>,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
  product: FastProduct,
  slices: HeapSlices,
): TensorInfo {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') {
    throw new Error(`matrix products need float32, not ${a.dtype} and ${b.dtype}`)
  }
  const [m, k] = matrixSize(a, transposeA)
  const [kOfB, n] = matrixSize(b, transposeB)
  tf.util.assert(
    k === kOfB,
    () => `the inner sizes of [${a.shape.join()}] and [${b.shape.join()}] differ`,
  )
  const batchShape = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  )
  const batch = tf.util.sizeFromShape(batchShape)
  const out = backend.makeOutput([...batchShape, m, n], 'float32')
  if (batch * m * n === 0) return out

  const left = transposeA ? transposeMatrices(backend, a) : a // [..., m, k]
  const right = transposeB ? transposeMatrices(backend, b) : b // [..., k, n]
  const aOf = batchIndex(a.shape.slice(0, -2), batchShape)
  const bOf = batchIndex(b.shape.slice(0, -2), batchShape)
  const aShape = shapeBytes(m, k)
  const bShape = shapeBytes(k, n)
  if (batch === 1) {
    // The tensors' own numbers, so that a weight matrix is packed once for as long as it is not changed.
    const id = (tensor: TensorInfo) => backend.dataIdMap.get(tensor.dataId).id
    product(id(left), aShape, 3, id(right), bShape, 3, false, false, id(out))
  } else {
    const offset = (tensor: TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset
    const [leftAt, rightAt, outAt] = [offset(left), offset(right), offset(out)]
    for (let i = 0; i < batch; i++) {
      const aId = slices.register(m * k, leftAt + aOf(i) * m * k * 4)
      const bId = slices.register(k * n, rightAt + bOf(i) * k * n * 4)
      const outId = slices.register(m * n, outAt + i * m * n * 4)
      product(aId, aShape, 3, bId, bShape, 3, false, false, outId)
      slices.release(aId, bId, outId)
    }
  }
  if (left !== a) backend.disposeData(left.dataId)
  if (right !== b) backend.disposeData(right.dataId)
  return out
}

function matrixSize({ shape }: TensorInfo, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2) as [number, number]
  return transposed ? [columns, rows] : [rows, columns]
}

const shapeBytes = (rows: number, columns: number) =>
  new Uint8Array(new Int32Array([1, rows, columns]).buffer)

/** Which matrix of an operand the i-th product of the broadcast batch reads. */
function batchIndex(own: number[], broadcast: number[]): (i: number) => number {
  const size = tf.util.sizeFromShape(own)
  if (size === 1) return () => 0
  if (size === tf.util.sizeFromShape(broadcast)) return (i) => i
  const padded = [...Array<number>(broadcast.length - own.length).fill(1), ...own]
  return (i) => {
    let rest = i
    let index = 0
    let stride = 1
    for (let axis = broadcast.length - 1; axis >= 0; axis--) {
      const position = rest % broadcast[axis]!
      rest = (rest - position) / broadcast[axis]!
      if (padded[axis] !== 1) index += position * stride
      stride *= padded[axis]!
    }
    return index
  }
}
