import { describe, expect, test } from 'vitest'
import { nearestIndex, xExtent, yExtent } from '../../src-renderer/charts/line-series.ts'
import { formatTick, percentTick } from '../../src-renderer/charts/plot.ts'
import { makeScale, padded } from '../../src-renderer/charts/scale.ts'
import { smooth } from '../../src-renderer/charts/smoothing.ts'
import { durationTicks, linearTicks, logTicks } from '../../src-renderer/charts/ticks.ts'

const line = (x: number[], y: number[]) => ({
  id: 'a',
  name: 'a',
  color: 0,
  x: Float64Array.from(x),
  y: Float64Array.from(y),
})

describe('ticks', () => {
  test('are round numbers', () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(linearTicks(0.07, 0.31, 4)).toEqual([0.1, 0.2, 0.3])
    expect(linearTicks(3, 3, 4)).toEqual([3])
  })
  test('of a log axis are powers of ten', () => {
    expect(logTicks(1e-4, 1, 6)).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1])
    expect(logTicks(1, 10, 6)).toEqual([1, 2, 5, 10])
    // Within one decade there may be none.
    expect(logTicks(0.32, 0.38, 4).length).toBeGreaterThan(1)
  })
  test('of a duration are whole minutes', () => {
    expect(durationTicks(0, 600_000, 3)).toEqual([0, 300_000, 600_000])
    expect(durationTicks(0, 3000, 3)).toEqual([0, 1000, 2000, 3000])
  })
})

describe('how ticks are written', () => {
  test.each([
    [
      [0, 0.5, 1],
      ['0.0', '0.5', '1.0'],
    ],
    [
      [2.5e-4, 3e-4, 3.5e-4],
      ['2.5e-4', '3.0e-4', '3.5e-4'],
    ],
    [
      [0, 2e6, 4e6],
      ['0', '2e6', '4e6'],
    ],
    [
      [0, 1000, 2000],
      ['0', '1,000', '2,000'],
    ],
  ])('%j', (ticks, texts) => {
    expect(ticks.map((tick) => formatTick(tick, ticks))).toEqual(texts)
  })
  test('shares in percent, no two alike', () => {
    const ticks = [0.825, 0.83, 0.835]
    expect(ticks.map((tick) => percentTick(tick, ticks))).toEqual(['82.5 %', '83.0 %', '83.5 %'])
  })
})

describe('scales', () => {
  test('value and place are each other’s inverse', () => {
    for (const scale of [makeScale('linear', -2, 6), makeScale('log', 1e-3, 10)]) {
      for (const place of [0, 0.3, 1]) {
        expect(scale.place(scale.value(place))).toBeCloseTo(place, 10)
      }
    }
  })
  test('a log axis has no place for zero', () => {
    expect(makeScale('log', 0.1, 1).place(0)).toBeNaN()
  })
  test('padding does not take a loss below zero, and gives a constant some room', () => {
    expect(padded(0.001, 1, 'linear')[0]).toBe(0)
    expect(padded(2, 2, 'linear')).toEqual([1.8, 2.2])
    expect(padded(NaN, NaN, 'linear')).toEqual([0, 1])
  })
})

test('the y axis sees spikes, bands and nothing outside of the shown range', () => {
  const series = {
    ...line([0, 1, 2, 3], [1, 1, 1, 100]),
    max: Float64Array.from([1, 40, 1, 100]),
    min: Float64Array.from([1, 1, 0.5, 1]),
  }
  expect(yExtent([series], { from: 0, to: 2 }, false)).toEqual({ from: 0.5, to: 40 })
  expect(xExtent([series], true)).toEqual({ from: 1, to: 3 })
  expect(yExtent([line([0], [NaN])], { from: 0, to: 1 }, false)).toBeUndefined()
})

test('the nearest point', () => {
  const x = Float64Array.from([0, 10, 20])
  expect([-5, 4, 6, 15, 99].map((value) => nearestIndex(x, value))).toEqual([0, 0, 1, 2, 2])
  expect(nearestIndex(new Float64Array(), 1)).toBe(-1)
})

test('smoothing starts at the first value and leaves gaps as they are', () => {
  const values = Float64Array.from([1, 1, NaN, 1, 5])
  const smoothed = smooth(values, 0.9)
  expect(smoothed[0]).toBeCloseTo(1)
  expect(smoothed[2]).toBeNaN()
  expect(smoothed[4]).toBeGreaterThan(1)
  expect(smoothed[4]).toBeLessThan(5)
  expect(smooth(values, 0)).toEqual(values)
})
