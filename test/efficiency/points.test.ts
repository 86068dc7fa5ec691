import { describe, expect, it } from 'vitest'
import { costPoints, costsOf } from '../../src-main/efficiency/points.ts'
import { exporters } from '../../src-main/export/exporters.ts'
import { speedUpTable } from '../../src-main/efficiency/speed-up-table.ts'
import type { StoredMeasurement } from '../../src-shared/efficiency.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { measuredCost } from '../support/measured-cost.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

const checkpoint: StoredMeasurement['checkpoint'] = { kind: 'best', step: 1 }

describe('costs of a measurement', () => {
  const costs = costsOf(measuredCost())

  it('are medians with intervals, times as milliseconds a pair, a query or a text', () => {
    expect(costs['pair_ms']).toMatchObject({ value: 5 })
    expect(costs['query_ms/100']).toEqual({ value: 10, low: 10, high: 10 })
    expect(costs['encode_y_ms']).toEqual({ value: 2, low: 2, high: 2 })
    expect(costs['pairs_per_second']).toEqual({ value: 2000, low: 2000, high: 2000 })
    expect(costs['flops_pair']).toEqual({ value: 2e9, low: 2e9, high: 2e9 })
  })

  it('compare with the reference of the same rounds, either way round', () => {
    expect(costs['speedup_pair']).toEqual({ value: 2, low: 2, high: 2 })
    expect(costs['relative_query/100']!.value).toBeCloseTo(1 / 30, 12)
    expect(costs['speedup_encode_y']).toBeUndefined()
  })
})

describe('points of the page', () => {
  it('are groups of seeds on one hardware, each seed’s newest measurement', () => {
    const store = temporaryStore()
    const measure = (run: RunRecord, pairMs: number, backend = 'cpu') => {
      const cost = measuredCost({ backend })
      const timings = [{ ...cost.timings[0]!, samples: [pairMs, pairMs], reference: [10, 10] }]
      store.efficiency.add({ run, name: run.name, checkpoint, cost: { ...cost, timings } })
    }
    const [first, second] = [addRun(store, { seed: 1 }), addRun(store, { seed: 2 })]
    measure(first, 99)
    measure(first, 4)
    measure(second, 6)
    measure(second, 1, 'wasm')
    const points = costPoints(store)
    expect(points.map(({ hardware, runs }) => [hardware, runs.map(({ seed }) => seed)])).toEqual([
      ['Processor × 2, wasm', [2]],
      ['Processor × 2, cpu', [2, 1]],
    ])
    expect(points[1]!.costs['pair_ms']).toEqual({ value: 5, low: 4, high: 6 })
    expect(points[1]!.scores).toEqual({})
  })

  it('leave out runs that are deleted, and texts that are none of the run’s', () => {
    const store = temporaryStore()
    const run = addRun(store)
    const synthetic = measuredCost({ texts: { source: 'synthetic', pairs: 64 } })
    store.efficiency.add({ run, name: run.name, checkpoint, cost: synthetic })
    store.efficiency.add({ run: null, name: 'folder', checkpoint: null, cost: measuredCost() })
    expect(costPoints(store)).toEqual([])
    store.efficiency.add({ run, name: run.name, checkpoint, cost: measuredCost() })
    expect(costPoints(store)).toHaveLength(1)
    store.db.prepare('UPDATE runs SET deleted_at = 1').run()
    expect(costPoints(store)).toEqual([])
  })
})

it('the speed-up table has the paper’s columns, in units for people', () => {
  const store = temporaryStore()
  const run = addRun(store)
  store.efficiency.add({ run, name: run.name, checkpoint, cost: measuredCost() })
  const { columns, rows } = speedUpTable(costPoints(store), 'test/accuracy')
  expect(columns.map(({ title }) => title)).toEqual([
    'Run',
    'Model',
    'test/accuracy',
    'ms a pair',
    'Speed-up, pair',
    'ms a query, 100 cached',
    'Speed-up, 100 cached',
    'Pairs/s',
    'GFLOPs a pair',
    'Cache KB a candidate',
    'Parameters (M)',
  ])
  expect([...rows]).toEqual([[run.name, 'virt_encoder', null, 5, 2, 10, 30, 2000, 2, 4.1, 0.001]])

  const [markdown, latex] = ['md', 'latex'].map((format) =>
    [
      ...(exporters
        .find((one) => one.format === format)!
        .render({ columns, rows }) as Iterable<string>),
    ].join(''),
  )
  // Three digits that say something, instead of four decimals.
  expect(markdown).toContain('| 5.00 | 2.00 | 10.0 | 30.0 | 2000 | 2.00 | 4.10 | 0.00100 |')
  expect(latex).toContain('5.00 & 2.00 & 10.0 & 30.0 & 2000 & 2.00 & 4.10 & 0.00100')
})
