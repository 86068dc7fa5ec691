import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packMap, unpackMap } from '../../src-main/trainer/attention/pack-map.ts'

describe('a packed attention map', () => {
  it('keeps the example’s own rows and columns, head after head, to float16', () => {
    const size = fc.integer({ min: 1, max: 6 })
    fc.assert(
      fc.property(size, size, size, size, size, (heads, rows, columns, moreRows, moreColumns) => {
        const shape = { heads, paddedRows: rows + moreRows, paddedColumns: columns + moreColumns }
        const at = (h: number, r: number, c: number) =>
          (h * shape.paddedRows + r) * shape.paddedColumns + c
        const map = Float32Array.from(
          { length: heads * shape.paddedRows * shape.paddedColumns },
          (_, i) => (i % 97) / 97,
        )
        const unpacked = unpackMap(packMap(map, shape, rows, columns))
        expect(unpacked).toHaveLength(heads * rows * columns)
        for (let h = 0; h < heads; h++) {
          for (let r = 0; r < rows; r++) {
            for (let c = 0; c < columns; c++) {
              const got = unpacked[(h * rows + r) * columns + c]!
              expect(Math.abs(got - map[at(h, r, c)]!)).toBeLessThan(5e-4)
            }
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})
