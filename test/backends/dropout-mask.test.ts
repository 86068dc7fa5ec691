import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillDropoutMask } from '../../src-main/trainer/backends/kernels/dropout-mask.ts'

const size = 1 << 18

function draw(rate: number, key: [number, number], length = size): Float32Array {
  const mask = new Float32Array(length)
  fillDropoutMask(mask, rate, key)
  return mask
}

const dropped = (mask: Float32Array) => Array.from(mask, (value) => (value === 0 ? 1 : 0))
const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length

describe('dropout mask', () => {
  it('holds 0 and 1/(1 − rate) alone', () => {
    for (const rate of [0.1, 0.25, 0.5, 0.9]) {
      expect(new Set(draw(rate, [1, 2]))).toEqual(new Set([0, Math.fround(1 / (1 - rate))]))
    }
    expect(new Set(draw(0, [1, 2]))).toEqual(new Set([1]))
  })

  it('depends on the key and the index, not on the length', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 1, max: 100 }), (a, b, length) => {
        expect(draw(0.5, [a, b], length)).toEqual(draw(0.5, [a, b], 200).slice(0, length))
      }),
    )
  })

  it('drops the asked share, within four standard deviations', () => {
    for (const rate of [0.01, 0.1, 0.5, 0.9]) {
      for (let call = 0; call < 20; call++) {
        const share = mean(dropped(draw(rate, [99, call])))
        const deviation = Math.sqrt((rate * (1 - rate)) / size)
        expect(Math.abs(share - rate) / deviation, `rate ${rate}, call ${call}`).toBeLessThan(4)
      }
    }
  })

  it('has no correlation between neighbours, rows of 64, successive calls or steps', () => {
    const one = dropped(draw(0.5, [7, 0]))
    const lagged = (lag: number) => mean(one.slice(lag).map((x, i) => (x - 0.5) * (one[i]! - 0.5)))
    const against = (key: [number, number]) => {
      const other = dropped(draw(0.5, key))
      return mean(one.map((x, i) => (x - 0.5) * (other[i]! - 0.5)))
    }
    const limit = (4 * 0.25) / Math.sqrt(size) // four standard deviations
    for (const lag of [1, 2, 3, 16, 32, 64, 128, 4096])
      expect(Math.abs(lagged(lag))).toBeLessThan(limit)
    for (const key of [
      [7, 1],
      [8, 0],
      [0, 7],
      [6, 1],
      [-7, 0],
    ] as [number, number][]) {
      expect(Math.abs(against(key)), `key ${key.join()}`).toBeLessThan(limit)
    }
  })

  it('spreads drops evenly over positions of a row', () => {
    // χ² over the 64 columns of 4,096 rows: mean 64, deviation √128 for independent drops.
    const counts = new Float64Array(64)
    dropped(draw(0.1, [3, 3])).forEach((x, i) => (counts[i % 64]! += x))
    const expected = 0.1 * 4096
    const chi2 = counts.reduce((sum, n) => sum + (n - expected) ** 2 / (expected * 0.9), 0)
    expect(Math.abs(chi2 - 64)).toBeLessThan(4 * Math.sqrt(128))
  })

  it('is refused for a rate of 1 or more', () => {
    expect(() => draw(1, [0, 0], 1)).toThrow('dropout rate 1')
    expect(() => draw(NaN, [0, 0], 1)).toThrow('dropout rate NaN')
  })

  it('stays the same from version to version: a resumed run draws on', () => {
    const kept = [...draw(0.5, [2026, 42], 32)].map((value) => (value === 0 ? '0' : '1')).join('')
    expect(kept).toMatchInlineSnapshot(`"00100100011010000010101011000010"`)
  })
})
