import type { RunFilter, RunRow } from '@shared/contract/run-query.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnId, columnOf, metricId, tagsColumn } from '~/pages/runs/column-id.ts'
import { parseFilter, readValue, toFilter, toTree, valueTypeOf } from '~/pages/runs/filter-model.ts'
import { layOutRows } from '~/pages/runs/table-rows.ts'
import { planCharts } from '~/pages/run/chart-plan.ts'
import { interpolate } from '~/pages/run/device-lines.ts'

const typeOf = (id: string) => valueTypeOf(id, id === 'c:model.type' ? ['sbert'] : [])
const accuracy = { kind: 'metric', key: 'dev/accuracy', reading: 'best' } as const

describe('columns as words of an address', () => {
  test('a metric keeps its slashes and colons', () => {
    const id = metricId('dev/at:1', 'max')
    expect(id).toBe('m:dev/at:1:max')
    expect(columnOf(id)).toEqual({ kind: 'metric', key: 'dev/at:1', reading: 'max' })
  })

  test.each(['f:nothing', 'm:dev/accuracy', 'm::best', 'c:', 'l:', '', tagsColumn])(
    '%o names no column',
    (id) => expect(columnOf(id)).toBeUndefined(),
  )

  test('a list of columns is parted by commas, also where a factor has one', () => {
    expect(columnId({ kind: 'level', factor: 'a, b' })).not.toContain(',')
  })

  test('any setting, metric and factor comes back', () => {
    const column = fc.oneof(
      fc.record({ kind: fc.constant('config' as const), key: fc.string({ minLength: 1 }) }),
      fc.record({
        kind: fc.constant('metric' as const),
        key: fc.string({ minLength: 1 }),
        reading: fc.constantFrom('last' as const, 'best' as const),
      }),
      fc.record({
        kind: fc.constant('level' as const),
        factor: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('%2C', '%', ',%25,')),
      }),
    )
    fc.assert(
      fc.property(column, (one) => {
        expect(columnOf(columnId(one))).toEqual(one)
      }),
    )
  })
})

describe('the filter builder', () => {
  const filter: RunFilter = {
    op: 'and',
    of: [
      { op: 'not', of: { op: 'test', column: accuracy, test: 'ge', value: 0.85 } },
      {
        op: 'or',
        of: [
          { op: 'tag', tag: 'paper' },
          {
            op: 'test',
            column: { kind: 'config', key: 'model.type' },
            test: 'in',
            value: ['sbert', 'virt_encoder'],
          },
        ],
      },
    ],
  }

  test('shows a filter as a tree, and makes the same filter of it', () => {
    expect(toFilter(toTree(filter), typeOf)).toEqual(filter)
  })

  test('leaves half-typed conditions out', () => {
    const tree = toTree(filter)
    tree.of.push({ kind: 'test', not: false, column: 'm:dev/loss:best', test: 'lt', value: '0.' })
    tree.of.push({ kind: 'test', not: false, column: '', test: 'eq', value: 'x' })
    tree.of.push({ kind: 'test', not: false, column: 'm:dev/loss:best', test: 'lt', value: 'a' })
    const made = toFilter(tree, typeOf)
    expect(made).toMatchObject({ op: 'and', of: { length: 3 } })
  })

  test.each([
    ['85 %', 'number', 0.85],
    ['5e-5', 'number', 5e-5],
    ['abc', 'number', undefined],
    ['', 'text', undefined],
    ['false', 'boolean', false],
    ['nonsense', 'time', undefined],
  ] as const)('%o as a %s is %o', (text, type, value) => expect(readValue(text, type)).toBe(value))

  test('what an address holds is a filter, or nothing', () => {
    expect(parseFilter(JSON.parse(JSON.stringify(filter)))).toEqual(filter)
    expect(parseFilter({ op: 'and', of: [{ op: 'drop table' }] })).toBeUndefined()
    expect(parseFilter(7)).toBeUndefined()
  })
})

test('an opened group has its runs under it, missing ones as gaps', () => {
  const group = { key: 'g', ids: ['a', 'b'] } as RunRow
  const single = { key: 's', ids: ['c'] } as RunRow
  const rows = layOutRows(
    [group, undefined, single],
    new Set(['g', 's']),
    new Map([['g', [{ key: 'a', ids: ['a'] } as RunRow]]]),
  )
  expect(rows.map((row) => row && [row.key, row.depth])).toEqual([
    ['g', 0],
    ['g/a', 1],
    undefined,
    undefined,
    ['s', 0],
  ])
})

test('charts of a run: the total loss before its parts, single points are no curves', () => {
  const names = ['train/loss_virt', 'train/loss', 'test/accuracy', 'dev/f1', 'train/grad_norm']
  const charts = planCharts(names.map((name) => ({ name, n: name.startsWith('test/') ? 1 : 9 })))
  expect(charts.map(({ kind, keys }) => [kind, ...keys])).toEqual([
    ['loss', 'train/loss', 'train/loss_virt'],
    ['devMetrics', 'dev/f1'],
    ['gradNorm', 'train/grad_norm'],
  ])
})

test('a sample between two steps lies between them; outside it has no step', () => {
  const [times, steps] = [Float64Array.of(100, 200, 400), Float64Array.of(1, 2, 3)]
  const at = interpolate(Float64Array.of(50, 100, 150, 300, 500), times, steps)
  expect([...at]).toEqual([NaN, 1, 1.5, 2.5, NaN])
})
