import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  emptyLayout,
  nextSort,
  placeColumns,
  sortRows,
  type Column,
} from '../../src-renderer/components/table/columns.ts'
import { selectAt } from '../../src-renderer/components/table/selection.ts'

type Row = [name: string, value: number | null]
const columns: Column<Row>[] = [
  { id: 'name', title: 'Name', width: 200, hideable: false, text: ([name]) => name },
  { id: 'value', title: 'Value', value: ([, value]) => value },
  { id: 'other', title: 'Other', width: 80 },
]

describe('layout', () => {
  test('pinned columns come first; each begins where the one before ends', () => {
    const placed = placeColumns(columns, { ...emptyLayout(), pinned: ['other'] }, 40)
    expect(placed.map(({ column, left, width }) => [column.id, left, width])).toEqual([
      ['other', 40, 80],
      ['name', 120, 200],
      ['value', 320, 120],
    ])
  })
  test('a column that must stay cannot be hidden', () => {
    const placed = placeColumns(columns, { ...emptyLayout(), hidden: ['name', 'value'] })
    expect(placed.map(({ column }) => column.id)).toEqual(['name', 'other'])
  })
  test('a growing column takes what is left, until it is given a width', () => {
    const growing = [{ ...columns[0]!, grow: true }, ...columns.slice(1)]
    expect(placeColumns(growing, emptyLayout(), 0, 1000)[0]?.width).toBe(800)
    const sized = { ...emptyLayout(), widths: { name: 90 } }
    expect(placeColumns(growing, sized, 0, 1000)[0]?.width).toBe(90)
    const two = columns.map((column) => ({ ...column, grow: true })).slice(0, 2)
    const [a, b] = placeColumns(two, emptyLayout(), 0, 1000)
    expect((a?.width ?? 0) + (b?.width ?? 0)).toBeGreaterThan(998)
  })
})

describe('sorting', () => {
  test('a press goes from ascending to descending to none', () => {
    const first = nextSort([], 'name', false)
    const second = nextSort(first, 'name', false)
    expect([first, second, nextSort(second, 'name', false)]).toEqual([
      [{ id: 'name', descending: false }],
      [{ id: 'name', descending: true }],
      [],
    ])
  })
  test('what has no value comes last, up and down', () => {
    const rows: Row[] = [
      ['a', null],
      ['b', 2],
      ['c', NaN],
      ['d', 1],
    ]
    const names = (descending: boolean) =>
      sortRows(rows, columns, [{ id: 'value', descending }]).map(([name]) => name)
    expect(names(false)).toEqual(['d', 'b', 'a', 'c'])
    expect(names(true)).toEqual(['b', 'd', 'a', 'c'])
  })
  test('numbers in names count as numbers', () => {
    const rows: Row[] = [
      ['run 10', 0],
      ['run 9', 0],
    ]
    const sorted = sortRows(rows, columns, [{ id: 'name', descending: false }])
    expect(sorted.map(([name]) => name)).toEqual(['run 9', 'run 10'])
  })
  test('no row is lost, and equal ones keep their order', () => {
    const row = fc.tuple(fc.string(), fc.option(fc.integer({ min: 0, max: 3 })))
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const sorted = sortRows(rows, columns, [{ id: 'value', descending: false }])
        expect(sorted).toHaveLength(rows.length)
        for (const value of [0, 1, 2, 3, null]) {
          const of = (all: readonly Row[]) => all.filter(([, own]) => own === value)
          expect(of(sorted)).toEqual(of(rows))
        }
      }),
    )
  })
})

test('selecting: one, more, and a range from where the last one was', () => {
  const keys = ['a', 'b', 'c', undefined, 'e']
  expect(selectAt(new Set(['a']), keys, 1, 'only', 0)).toEqual(new Set(['b']))
  expect(selectAt(new Set(['a']), keys, 1, 'toggle', 0)).toEqual(new Set(['a', 'b']))
  expect(selectAt(new Set(['a', 'b']), keys, 1, 'toggle', 0)).toEqual(new Set(['a']))
  // Rows that are not loaded yet are left out.
  expect(selectAt(new Set(['a']), keys, 4, 'range', 1)).toEqual(new Set(['a', 'b', 'c', 'e']))
})
