import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { segmentsOf } from '../../src-main/api/series/grid.ts'
import type { BucketColumns } from '../../src-shared/contract/series.ts'
import type { Core } from '../../src-main/core.ts'
import { batchOf } from '../support/batches.ts'
import { addRun } from '../support/stored-run.ts'
import { temporaryApi } from '../support/served.ts'

/** Writes series of equal steps, one point a second. Returns the run's id. */
function write(
  core: Core,
  series: Record<string, number[]>,
  { seed = 1, from = 0, every = 1 } = {},
): string {
  const run = addRun(core.store, { seed })
  const keys = Object.keys(series)
  const points = keys.flatMap((key, k) =>
    series[key]!.map((value, i) => ({ k, step: from + i * every, value })),
  )
  core.store.writeBatch(
    batchOf(run.id, 1, {
      points: {
        keys,
        keyIndex: Uint16Array.from(points, ({ k }) => k),
        step: Float64Array.from(points, ({ step }) => step),
        value: Float64Array.from(points, ({ value }) => value),
        time: Float64Array.from(points, ({ step }) => 1_000_000 + step * 1000),
      },
    }),
  )
  return run.id
}

const extremes = ({ min, max }: BucketColumns) => [
  Math.min(...min.filter(Number.isFinite)),
  Math.max(...max.filter(Number.isFinite)),
]

describe('buckets', () => {
  test('of a short series are its points', async () => {
    const { core, api } = temporaryApi()
    const run = write(core, { loss: [3, NaN, 1, Infinity] })
    const { series } = await api.call('series.buckets', {
      runs: [run],
      keys: ['loss'],
      pixels: 100,
    })
    expect(series).toHaveLength(1)
    expect(series[0]).toMatchObject({ run, key: 'loss', exact: true, nonfinite: 2 })
    expect([...series[0]!.mean]).toEqual([3, NaN, 1, NaN])
    expect([...series[0]!.x]).toEqual([0, 1, 2, 3])
  })

  test('keep every spike of a long series, at any width, zoomed or not', async () => {
    const { core, api } = temporaryApi()
    const values = Array.from({ length: 30_000 }, (_, i) => Math.sin(i / 50))
    values[12_345] = 99
    values[23_456] = -99
    const run = write(core, { loss: values })
    for (const spacing of ['linear', 'log'] as const) {
      for (const pixels of [50, 333, 1000, 4000]) {
        const whole = await api.call('series.buckets', {
          runs: [run],
          keys: ['loss'],
          pixels,
          spacing,
        })
        const [bucket] = whole.series
        expect(extremes(bucket!)).toEqual([-99, 99])
        expect(bucket!.x.length).toBeLessThanOrEqual(pixels * 1.1 + 2)
        const range = { from: 12_000, to: 13_000 }
        const zoomed = await api.call('series.buckets', {
          runs: [run],
          keys: ['loss'],
          pixels,
          spacing,
          range,
        })
        expect(extremes(zoomed.series[0]!)[1]).toBe(99)
      }
    }
  })

  test('have the mean of their points, whatever the length and the width', async () => {
    const { core, api } = temporaryApi()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 2, max: 60 }),
        fc.constantFrom(1, 3, 40),
        async (values, pixels, every) => {
          const run = write(core, { loss: values }, { every })
          const { series } = await api.call('series.buckets', {
            runs: [run],
            keys: ['loss'],
            pixels,
          })
          const { step, mean, min, max } = series[0]!
          const edges = [...step, Infinity]
          step.forEach((from, i) => {
            const inside = values.filter((_, k) => k * every >= from && k * every < edges[i + 1]!)
            expect(mean[i]).toBeCloseTo(inside.reduce((a, b) => a + b, 0) / inside.length, 9)
            expect([min[i], max[i]]).toEqual([Math.min(...inside), Math.max(...inside)])
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  test('of several runs begin at the same steps', async () => {
    const { core, api } = temporaryApi()
    const long = write(core, { loss: Array.from({ length: 5000 }, (_, i) => i) })
    const short = write(core, { loss: Array.from({ length: 2500 }, (_, i) => -i) })
    const { series } = await api.call('series.buckets', {
      runs: [short, long],
      keys: ['loss'],
      pixels: 100,
    })
    expect(series.map(({ run }) => run)).toEqual([short, long])
    const [a, b] = series
    expect([...a!.x]).toEqual([...b!.x.subarray(0, a!.x.length)])
  })

  test('a run that lacks a series is left out; an unknown run too', async () => {
    const { core, api } = temporaryApi()
    const run = write(core, { loss: [1] })
    const { series } = await api.call('series.buckets', {
      runs: ['gone', run],
      keys: ['other', 'loss'],
      pixels: 10,
    })
    expect(series.map(({ key }) => key)).toEqual(['loss'])
    expect((await api.call('series.names', { runs: [run, 'gone'] })).names).toEqual([
      { key: 'loss', runs: 1 },
    ])
  })
})

describe('axes', () => {
  test('epochs and time come from what the run logged', async () => {
    const { core, api } = temporaryApi()
    const steps = Array.from({ length: 41 }, (_, i) => i)
    const run = write(core, { 'train/epoch': steps.map((step) => step / 10), loss: steps })
    const view = { runs: [run], keys: ['loss'], pixels: 100 }
    const by = async (x: 'epoch' | 'time' | 'elapsed', range = {}) => [
      ...(await api.call('series.buckets', { ...view, x, range })).series[0]!.x,
    ]
    expect((await by('epoch')).map((x) => x.toFixed(6))).toEqual(
      steps.map((step) => (step / 10).toFixed(6)),
    )
    expect(await by('time')).toEqual(steps.map((step) => 1_000_000 + step * 1000))
    expect(await by('elapsed')).toEqual(steps.map((step) => step * 1000))
    expect(await by('elapsed', { from: 5000, to: 8000 })).toEqual([5000, 6000, 7000, 8000])
    expect((await by('epoch', { from: 1, to: 1.2 })).length).toBe(3)
  })

  test('time between a stop and its resumption does not count as elapsed', async () => {
    const { core, api } = temporaryApi()
    const run = write(core, { loss: [0, 1, 2, 3] })
    const { key } = core.store.runs.get(run)
    // Stopped after step 1 (1,001,500), gone on half a second before step 2 (1,002,000).
    const insert = core.store.db.prepare(`
      INSERT INTO jobs (run, attempt, state, owner_host, owner_pid, owner_started, heartbeat_at, queued_at,
        started_at, ended_at) VALUES (?, ?, 'ended', 'h', 1, 's', 0, 0, ?, ?)`)
    insert.run(key, 1, 1_000_000, 1_001_100)
    insert.run(key, 2, 1_001_900, 1_003_000)
    const { series } = await api.call('series.buckets', {
      runs: [run],
      keys: ['loss'],
      pixels: 9,
      x: 'elapsed',
    })
    expect([...series[0]!.x]).toEqual([0, 1000, 1200, 2200])
  })

  test('a logarithmic axis is as fine at its left end as at its right', () => {
    const segments = segmentsOf(0, 99_999, 500, 'log')
    expect(segments.map(({ from, to, size }) => [from, to, size])).toEqual([
      [0, 9, 1],
      [10, 99, 1],
      [100, 999, 9],
      [1000, 9999, 90],
      [10_000, 99_999, 900],
    ])
  })
})

describe('groups', () => {
  test('are means over runs with their standard deviation, extremes and n', async () => {
    const { core, api } = temporaryApi()
    const a = write(core, { loss: [1, 2, 3] }, { seed: 1 })
    const b = write(core, { loss: [3, 6] }, { seed: 2 })
    const { series } = await api.call('series.group', {
      groups: [{ group: 'g', runs: [a, b] }],
      keys: ['loss'],
      pixels: 100,
    })
    const [line] = series
    expect(line).toMatchObject({ group: 'g', key: 'loss' })
    expect([...line!.mean]).toEqual([2, 4, 3])
    expect([...line!.std].map((x) => x.toFixed(6))).toEqual(
      [Math.SQRT2, 2 * Math.SQRT2, NaN].map((x) => x.toFixed(6)),
    )
    expect([...line!.min]).toEqual([1, 2, 3])
    expect([...line!.max]).toEqual([3, 6, 3])
    expect([...line!.n]).toEqual([2, 2, 1])
  })

  test('a long group’s buckets are those of its runs, a spike of one seed among them', async () => {
    const { core, api } = temporaryApi()
    const flat = Array.from({ length: 20_000 }, () => 1)
    const spiked = flat.map((value, i) => (i === 7777 ? 100 : value))
    const runs = [
      write(core, { loss: flat }, { seed: 1 }),
      write(core, { loss: spiked }, { seed: 2 }),
    ]
    const { series } = await api.call('series.group', {
      groups: [{ group: 'g', runs }],
      keys: ['loss'],
      pixels: 500,
    })
    const { max, n } = series[0]!
    expect(Math.max(...max)).toBe(100)
    expect(new Set(n)).toEqual(new Set([2]))
    expect(max.length).toBeLessThanOrEqual(500)
  })
})
