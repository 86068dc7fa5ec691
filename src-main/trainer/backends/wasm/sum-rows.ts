import { ownKernels } from '../own-kernels.ts'
import { float32View, registerWasmKernel } from './heap.ts'

/** Σ over rows in one sweep; tfjs's own sum over a first axis transposes before, which costs 40 times as much. */
export function registerSumRows(): void {
  registerWasmKernel<'x', object>(ownKernels.sumRows, ({ inputs: { x }, backend }) => {
    const [rows, width] = x.shape as [number, number]
    const out = backend.makeOutput([width], 'float32')
    sumRowsInto(float32View(backend, out), float32View(backend, x), rows, width)
    return out
  })
}

/** Eight rows a sweep, so that a partial sum is loaded and stored once for eight additions. */
function sumRowsInto(sums: Float32Array, x: Float32Array, rows: number, width: number): void {
  sums.fill(0)
  let row = 0
  for (; row + 8 <= rows; row += 8) {
    const a = row * width
    const b = a + width
    const c = b + width
    const d = c + width
    const e = d + width
    const f = e + width
    const g = f + width
    const h = g + width
    for (let i = 0; i < width; i++) {
      const first = x[a + i]! + x[b + i]! + (x[c + i]! + x[d + i]!)
      const second = x[e + i]! + x[f + i]! + (x[g + i]! + x[h + i]!)
      sums[i]! += first + second
    }
  }
  for (; row < rows; row++) {
    const start = row * width
    for (let i = 0; i < width; i++) sums[i]! += x[start + i]!
  }
}
