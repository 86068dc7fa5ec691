import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src-main/store/open.ts'
import { rollupLevels } from '../../src-main/store/rollups.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

interface Rollup {
  level: number
  bucket: number
  n: number
  nonfinite: number
  min: number | null
  max: number | null
  sum: number | null
  sumsq: number | null
}

function stored(store: Store, run: number): Rollup[] {
  return store.db
    .prepare<[number], Rollup>(
      `SELECT level, bucket, n, nonfinite, min, max, sum, sumsq FROM rollups
       WHERE series IN (SELECT key FROM series WHERE run = ?) ORDER BY level, bucket`,
    )
    .all(run)
}

/** The same, counted anew from the points. */
function recount(points: Map<number, number>): Rollup[] {
  const all = rollupLevels.flatMap((level) => {
    const buckets = Map.groupBy(points, ([step]) => Math.floor(step / 10 ** level))
    return [...buckets].map(([bucket, members]): Rollup => {
      const finite = members.map(([, value]) => value).filter(Number.isFinite)
      const of = <T>(value: T) => (finite.length > 0 ? value : null)
      return {
        level,
        bucket,
        n: finite.length,
        nonfinite: members.length - finite.length,
        min: of(Math.min(...finite)),
        max: of(Math.max(...finite)),
        sum: of(finite.reduce((a, b) => a + b, 0)),
        sumsq: of(finite.reduce((a, b) => a + b * b, 0)),
      }
    })
  })
  return all.sort((a, b) => a.level - b.level || a.bucket - b.bucket)
}

// Eighths have exact sums and squares, whatever the order: equal means equal.
const exactValue = fc.integer({ min: -8000, max: 8000 }).map((n) => n / 8)
const value = fc.oneof(
  { weight: 8, arbitrary: exactValue },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
)
const step = fc.oneof(fc.nat(40), fc.nat(3000), fc.nat(2_000_000))
const action = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.tuple(step, value), { minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.record({ truncateTo: step }) },
)

describe('rollups', () => {
  test('equal a recount after every write, replacement and truncation', () => {
    const store = temporaryStore()
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 10 }), (actions) => {
        const run = addRun(store)
        const points = new Map<number, number>()
        let seq = 0
        for (const act of actions) {
          if (Array.isArray(act)) {
            store.writeBatch(batchOf(run.id, ++seq, { points: pointsOf('x', act) }))
            for (const [at, to] of act) points.set(at, to)
          } else {
            const removed = store.truncate(run.key, { step: act.truncateTo, seq })
            const late = [...points.keys()].filter((at) => at > act.truncateTo)
            expect(removed.points).toBe(late.length)
            for (const at of late) points.delete(at)
          }
          expect(stored(store, run.key)).toEqual(recount(points))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('sums of any doubles are those of a recount up to rounding', () => {
    const store = temporaryStore()
    // −0 + 0 = 0: which of the two zeros is smaller, SQLite and JavaScript see differently.
    const double = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((v) => v + 0)
    const doubles = fc.array(double, { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(doubles, (values) => {
        const run = addRun(store)
        values.forEach((v, i) => {
          store.writeBatch(batchOf(run.id, i + 1, { points: pointsOf('x', [[i * 7, v]]) }))
        })
        const expected = recount(new Map(values.map((v, i) => [i * 7, v])))
        const actual = stored(store, run.key)
        expect(actual.map(({ min, max, n }) => [min, max, n])).toEqual(
          expected.map(({ min, max, n }) => [min, max, n]),
        )
        const scale = values.reduce((sum, v) => sum + Math.abs(v), 1)
        actual.forEach(({ sum }, i) => {
          expect(Math.abs((sum ?? 0) - (expected[i]?.sum ?? 0))).toBeLessThanOrEqual(1e-12 * scale)
        })
      }),
      { numRuns: 30 },
    )
  })

  test('going back to the start leaves none', () => {
    const store = temporaryStore()
    const run = addRun(store)
    store.writeBatch(
      batchOf(run.id, 1, {
        points: pointsOf('x', [
          [0, 1],
          [99, 2],
        ]),
      }),
    )
    expect(store.truncate(run.key, undefined).points).toBe(2)
    expect(stored(store, run.key)).toEqual([])
  })
})

describe('a chart’s buckets', () => {
  const write = (store: Store, points: [number, number][]) => {
    const run = addRun(store)
    store.writeBatch(batchOf(run.id, 1, { points: pointsOf('x', points) }))
    return run
  }

  test('hold every point once, and never more than the pixels', () => {
    const store = temporaryStore()
    const scenario = fc.record({
      points: fc.uniqueArray(fc.tuple(fc.nat(5000), exactValue), {
        minLength: 1,
        maxLength: 200,
        selector: ([at]) => at,
      }),
      pixels: fc.integer({ min: 2, max: 60 }),
    })
    fc.assert(
      fc.property(scenario, ({ points, pixels }) => {
        const run = write(store, points)
        const buckets = store.series.buckets(run.key, 'x', pixels)
        expect(buckets.length).toBeLessThanOrEqual(pixels)
        for (const bucket of buckets) {
          const inside = points.filter(([at]) => at >= bucket.from && at <= bucket.to)
          const values = inside.map(([, v]) => v)
          expect(bucket).toMatchObject({
            n: inside.length,
            min: Math.min(...values),
            max: Math.max(...values),
            sum: values.reduce((a, b) => a + b, 0),
          })
        }
        expect(buckets.reduce((n, bucket) => n + bucket.n, 0)).toBe(points.length)
      }),
      { numRuns: 100 },
    )
  })

  test('keep a single spike among 100,000 points', () => {
    const store = temporaryStore()
    const run = write(
      store,
      Array.from({ length: 100_000 }, (_, i) => [i, i === 54_321 ? 1000 : Math.sin(i)]),
    )
    const buckets = store.series.buckets(run.key, 'x', 200)
    expect(buckets.length).toBeGreaterThan(90)
    const spike = buckets.filter(({ max }) => max === 1000)
    expect(spike).toHaveLength(1)
    expect(spike[0]!.from).toBeLessThanOrEqual(54_321)
    expect(spike[0]!.to).toBeGreaterThanOrEqual(54_321)
  })

  test('are the points themselves where these fit, and follow the zoom', () => {
    const store = temporaryStore()
    const run = write(store, [
      [0, 1],
      [500, NaN],
      [1000, 3],
    ])
    expect(store.series.buckets(run.key, 'x', 10)).toMatchObject([
      { from: 0, to: 0, n: 1, min: 1, max: 1 },
      { from: 500, to: 500, n: 0, nonfinite: 1, min: null },
      { from: 1000, to: 1000, n: 1, min: 3 },
    ])
    expect(store.series.buckets(run.key, 'x', 10, { from: 501 })).toMatchObject([{ from: 1000 }])
    expect(store.series.buckets(run.key, 'x', 10, { from: 2000 })).toEqual([])
    expect(store.series.buckets(run.key, 'nothing', 10)).toEqual([])
  })

  test('are read by index, not by scanning', () => {
    const store = temporaryStore()
    const plan = (sql: string) =>
      store.db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()[0]?.detail
    expect(
      plan('SELECT * FROM rollups WHERE series=1 AND level=2 AND bucket BETWEEN 3 AND 4'),
    ).toBe('SEARCH rollups USING PRIMARY KEY (series=? AND level=? AND bucket>? AND bucket<?)')
    expect(plan('SELECT * FROM points WHERE series=1 AND step BETWEEN 3 AND 4')).toBe(
      'SEARCH points USING PRIMARY KEY (series=? AND step>? AND step<?)',
    )
  })
})
