import { describe, expect, test } from 'vitest'
import {
  drawExtents,
  fillColumn,
  lineExtents,
  makeRaster,
  type Raster,
} from '../../src-renderer/charts/raster.ts'

const white = [255, 255, 255] as const
const black = [0, 0, 0] as const
const raster = (width: number, height: number) => makeRaster(width, height, [...white])
const redAt = ({ data, width }: Raster, x: number, y: number) => data[(y * width + x) * 4]

describe('where a line runs', () => {
  test('one point in 10,000 is seen, whatever the width', () => {
    const n = 10_000
    const width = 300
    const x = Float32Array.from({ length: n }, (_, i) => (i / (n - 1)) * (width - 1))
    for (const spike of [0, 1, 4999, 7777, n - 1]) {
      const y = new Float32Array(n).fill(90)
      y[spike] = 5
      const { top, bottom } = lineExtents(width, x, y)
      const column = Math.floor(x[spike]!)
      expect(top[column]).toBe(5)
      // At the right edge there is nothing of the others in its column.
      if (spike < n - 1) expect(bottom[column]).toBe(90)
    }
  })

  test('the extremes of a bucket count where its mean does not reach', () => {
    const at = Float32Array.from([1.5, 3.5])
    const mean = Float32Array.from([50, 50])
    const { top, bottom } = lineExtents(
      6,
      at,
      mean,
      Float32Array.from([80, 50]),
      Float32Array.from([2, 50]),
    )
    expect([top[1], bottom[1]]).toEqual([2, 80])
    expect([top[3], bottom[3]]).toEqual([50, 50])
  })

  test('a value that is not a number parts the line', () => {
    const x = Float32Array.from([0.5, 2.5, 4.5])
    const { top } = lineExtents(5, x, Float32Array.from([1, NaN, 1]))
    expect([...top].map((y) => Number.isNaN(y))).toEqual([false, true, true, true, false])
  })

  test('between two points it is straight', () => {
    const { top, bottom } = lineExtents(4, Float32Array.from([0, 4]), Float32Array.from([0, 8]))
    expect([...top]).toEqual([0, 2, 4, 6])
    expect([...bottom]).toEqual([2, 4, 6, 8])
  })
})

describe('how it is drawn', () => {
  test('a pixel half covered is half as dark', () => {
    const picture = raster(1, 3)
    fillColumn(picture, 0, 0.5, 2, [...black], 1)
    expect([0, 1, 2].map((y) => redAt(picture, 0, y))).toEqual([128, 0, 255])
  })

  test('a line has its thickness', () => {
    const picture = raster(3, 9)
    const line = lineExtents(3, Float32Array.from([0, 3]), Float32Array.from([4.5, 4.5]))
    drawExtents(picture, line, [...black], { thickness: 3 })
    const column = Array.from({ length: 9 }, (_, y) => redAt(picture, 1, y))
    expect(column).toEqual([255, 255, 255, 0, 0, 0, 255, 255, 255])
  })

  test('a steep line is as thick as a flat one', () => {
    const inkOf = (x: number[], y: number[]) => {
      const picture = raster(40, 40)
      drawExtents(
        picture,
        lineExtents(40, Float32Array.from(x), Float32Array.from(y)),
        [...black],
        {
          thickness: 2,
        },
      )
      let ink = 0
      for (let i = 0; i < picture.data.length; i += 4) ink += 1 - picture.data[i]! / 255
      return ink / Math.hypot(x[1]! - x[0]!, y[1]! - y[0]!)
    }
    expect(inkOf([0, 40], [20, 20])).toBeCloseTo(2, 1)
    expect(inkOf([0, 40], [2, 38])).toBeCloseTo(2, 0)
    expect(inkOf([16, 24], [2, 38])).toBeCloseTo(2, 0)
  })

  test('what lies outside of the picture harms nothing', () => {
    const picture = raster(2, 2)
    fillColumn(picture, -1, 0, 2, [...black], 1)
    fillColumn(picture, 2, 0, 2, [...black], 1)
    fillColumn(picture, 0, -50, -10, [...black], 1)
    expect(new Set(picture.data)).toEqual(new Set([255]))
  })
})
