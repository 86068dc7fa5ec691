import { describe, expect, test } from 'vitest'
import { compareMaps } from '../../src-shared/attention-distance.ts'
import type { AttentionMap } from '../../src-shared/contract/attention.ts'
import {
  directionMaps,
  headDistances,
  headMatrix,
  strongestPairs,
} from '../../src-renderer/pages/attention/direction-maps.ts'
import { createMapCache } from '../../src-renderer/pages/attention/map-cache.ts'

/** Two heads over two rows and three columns. */
function map(source: AttentionMap['source'], data: number[], layer = 1): AttentionMap {
  return {
    source,
    direction: 'x_to_y',
    layer,
    step: 0,
    heads: 2,
    rowTokens: ['a', 'b'],
    columnTokens: ['c', 'd', 'e'],
    data: Float32Array.from(data),
  }
}
const teacher = map('teacher', [1, 0, 0, 0, 1, 0, 0.5, 0.5, 0, 0.5, 0.5, 0])
const student = map('student', [0, 1, 0, 0, 1, 0, 0.5, 0.5, 0, 0.25, 0.5, 0.25])

describe('maps of a layer and direction', () => {
  test('the difference is student − teacher', () => {
    const view = directionMaps([teacher, student], 'x_to_y')
    expect(Array.from(view?.maps.difference ?? [])).toEqual([
      -1, 1, 0, 0, 0, 0, 0, 0, 0, -0.25, 0, 0.25,
    ])
    expect(view && headMatrix(view, 'student', 1)).toEqual({
      rows: 2,
      columns: 3,
      values: student.data.subarray(6),
    })
  })
  test('a cross_encoder has its own map and nothing to compare it with', () => {
    const view = directionMaps([teacher], 'x_to_y')
    expect(Object.keys(view?.maps ?? {})).toEqual(['teacher'])
    expect(view && headDistances(view, 'kl')).toBeUndefined()
  })
  test('maps over other words are not laid over each other', () => {
    const other = { ...teacher, columnTokens: ['c', '##d', 'e'] }
    const view = directionMaps([other, student], 'x_to_y')
    expect(view?.incomparable).toBe(true)
    expect(Object.keys(view?.maps ?? {})).toEqual(['student'])
  })
  test('a layer map picks the layer of the teacher', () => {
    const deep = map('teacher', Array<number>(12).fill(0.25), 12)
    const view = directionMaps([teacher, deep, student], 'x_to_y', { layer: 1, teacherLayer: 12 })
    expect(view?.layers).toEqual({ teacher: 12, student: 1 })
    expect(view?.maps.teacher).toBe(deep.data)
  })
  test('there is nothing of a direction without maps', () => {
    expect(directionMaps([teacher, student], 'y_to_x')).toBeUndefined()
  })
})

describe('distances', () => {
  test('total variation is the mean over rows of half the absolute differences', () => {
    const distances = compareMaps(teacher.data, student.data, 2, 2, 'total_variation')
    expect(Array.from(distances)).toEqual([0.5, 0.125])
  })
  test('KL is in nats, and finite where the student has rounded to 0', () => {
    const [first, second] = compareMaps(teacher.data, student.data, 2, 2, 'kl')
    expect(first).toBeCloseTo((24 * Math.LN2) / 2, 5)
    expect(second).toBeCloseTo((0.5 * Math.LN2) / 2, 5)
  })
})

test('strongest pairs come largest first, whatever their sign', () => {
  const view = directionMaps([teacher, student], 'x_to_y')
  if (!view) throw new Error('no view')
  const pairs = strongestPairs(view, 1, 'difference', 2)
  expect(pairs.map(({ row, column, difference }) => [row, column, difference])).toEqual([
    [1, 0, -0.25],
    [1, 2, 0.25],
  ])
  expect(strongestPairs(view, 0, 'teacher', 20)).toHaveLength(6)
})

test('the cache lets go of what was not used for longest', () => {
  const cache = createMapCache(100) // a map is 48 bytes
  cache.set('a', [teacher])
  cache.set('b', [student])
  expect(cache.get('a')).toEqual([teacher])
  cache.set('c', [student])
  expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true])
  expect(cache.bytes).toBe(96)
})
