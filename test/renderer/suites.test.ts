import { describe, expect, test } from 'vitest'
import { layOut, studentsOf, type GridGroup } from '~/pages/suites/grid.ts'
import { readSeeds } from '~/pages/suites/seeds.ts'

describe('seeds as typed', () => {
  test.each([
    ['5', [1, 2, 3, 4, 5]],
    [' 1 ', [1]],
    ['1,3, 7', [1, 3, 7]],
    ['7,', [7]],
    ['0,1', [0, 1]],
  ])('%s', (text, seeds) => expect(readSeeds(text)).toEqual(seeds))

  test.each(['', '0', '1001', 'many', '1,,2', '1.5', '-1', '1,1'])('%o are none', (text) =>
    expect(readSeeds(text)).toBeUndefined(),
  )
})

describe('a suite’s cells', () => {
  const group = (name: string, levels: Record<string, string>, teacher?: string): GridGroup => ({
    name,
    levels,
    teacher: teacher ?? null,
  })
  const groups = [
    group('teacher', {}),
    group('a/plain', { student: 'a', distillation: 'plain' }),
    group('a/VIRT', { student: 'a', distillation: 'VIRT' }, 'teacher'),
    group('b/VIRT', { student: 'b', distillation: 'VIRT' }, 'teacher'),
  ]

  test('of two factors are rows and columns; a combination that is left out is a gap', () => {
    const grid = layOut(groups, { rows: 'student', columns: 'distillation' })
    expect(grid.columns).toEqual(['plain', 'VIRT'])
    expect(grid.rows.map((row) => [row.name, ...row.groups.map((one) => one?.name)])).toEqual([
      ['a', 'a/plain', 'a/VIRT'],
      ['b', undefined, 'b/VIRT'],
    ])
    expect(grid.alone.map(({ name }) => name)).toEqual(['teacher'])
    expect(studentsOf(groups, 'teacher')).toBe(2)
  })

  test('of one factor are a list under its name', () => {
    const grid = layOut([group('full', { variant: 'full' }), group('teacher', {})], null)
    expect(grid).toMatchObject({ corner: 'variant', rows: [{ name: 'full' }] })
    expect(grid.columns).toBeUndefined()
  })

  test('without factors are all its runs', () => {
    const grid = layOut([group('x', {}), group('y', {})], null)
    expect(grid.rows.map(({ name }) => name)).toEqual(['x', 'y'])
    expect(grid.alone).toEqual([])
  })
})
