import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batchOf, pointsOf } from '../support/batches.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

const lossOf = (store: ReturnType<typeof temporaryStore>, run: { key: number }) => {
  const { step, value } = store.series.points(run.key, 'train/loss')
  return [...step].map((at, i) => [at, value[i]])
}

describe('writing a batch', () => {
  test('stores all of it and returns its seq', () => {
    const store = temporaryStore()
    const run = addRun(store)
    const written = store.writeBatch(
      batchOf(run.id, 1, {
        points: pointsOf('train/loss', [
          [1, 0.5],
          [2, 0.25],
        ]),
        logs: [{ time: 5.4, level: 'info', text: 'hello' }],
        predictions: [
          {
            split: 'dev',
            exampleId: 'e',
            x: 'a',
            y: 'b',
            label: 1,
            logits: Float32Array.of(1, 2.5),
          },
        ],
        attention: [
          {
            step: 2,
            exampleId: 'e',
            layer: 1,
            source: 'student',
            direction: 'x_to_y',
            heads: 2,
            rowTokens: ['a'],
            columnTokens: ['b', '☃'],
            data: Uint8Array.of(1, 2, 3),
          },
        ],
        checkpoints: [
          {
            step: 2,
            kind: 'best',
            path: 'checkpoints/2',
            sha256: 'a'.repeat(64),
            bytes: 9,
            metric: 0.5,
          },
        ],
        system: [
          {
            time: 7,
            cpuPercent: 99,
            rssBytes: 1e9,
            machineCpuPercent: null,
            machineMemoryUsedBytes: null,
            gpuPercent: null,
            gpuMemoryUsedBytes: null,
            gpuTemperatureC: null,
            gpuPowerW: null,
          },
        ],
        facts: { backend: 'wasm', device: 'SIMD', labels: ['no', 'yes'] },
      }),
    )
    expect(written).toBe(1)
    expect(lossOf(store, run)).toEqual([
      [1, 0.5],
      [2, 0.25],
    ])
    const { details } = store
    expect(details.logs(run.key, 9)).toEqual([
      { time: 5, level: 'info', source: 'trainer', text: 'hello' },
    ])
    expect([...details.predictions(run.key)]).toEqual([
      {
        split: 'dev',
        exampleId: 'e',
        x: 'a',
        y: 'b',
        query: null,
        label: 1,
        logits: Float32Array.of(1, 2.5),
      },
    ])
    expect(details.predictionCounts(run.key)).toEqual([{ split: 'dev', n: 1, correct: 1 }])
    expect(details.attention(run.key, { step: 2 })).toMatchObject([
      { columnTokens: ['b', '☃'], heads: 2, layer: 1 },
    ])
    expect([...details.attention(run.key, {})[0]!.data]).toEqual([1, 2, 3])
    expect(details.checkpoint(run.key, 'best')).toMatchObject({ step: 2, metric: 0.5, seq: 1 })
    expect(details.system(run.key)).toMatchObject([{ time: 7, cpuPercent: 99, gpuPercent: null }])
    expect(store.runs.get(run.id)).toMatchObject({
      backend: 'wasm',
      device: 'SIMD',
      facts: { labels: ['no', 'yes'] },
      lastSeq: 1,
    })
  })

  test('a second time changes nothing and is acknowledged again', () => {
    const store = temporaryStore()
    const run = addRun(store)
    const batch = batchOf(run.id, 1, {
      points: pointsOf('train/loss', [[1, 0.5]]),
      logs: [{ time: 1, level: 'info', text: 'once' }],
    })
    expect(store.writeBatch(batch)).toBe(1)
    store.writeBatch(batchOf(run.id, 2, { points: pointsOf('train/loss', [[1, 0.75]]) }))
    expect(store.writeBatch(batch)).toBe(2)
    expect(lossOf(store, run)).toEqual([[1, 0.75]])
    expect(store.details.logs(run.key, 9)).toHaveLength(1)
  })

  test('that is not the next one is refused', () => {
    const store = temporaryStore()
    const run = addRun(store)
    expect(() => store.writeBatch(batchOf(run.id, 2))).toThrow(/batch 2 .* follows 0/)
    expect(() => store.writeBatch(batchOf('nobody', 1))).toThrow(/no run nobody/)
  })

  test.each([-1, 0.5, NaN, 2 ** 53])('with step %d writes nothing at all', (step) => {
    const store = temporaryStore()
    const run = addRun(store)
    const points = pointsOf('train/loss', [
      [1, 0.5],
      [step, 0.5],
    ])
    expect(() => store.writeBatch(batchOf(run.id, 1, { points }))).toThrow(/is no step/)
    expect(lossOf(store, run)).toEqual([])
    expect(store.runs.get(run.id).lastSeq).toBe(0)
    expect(store.series.names(run.key)).toEqual([])
  })

  test('facts are merged; a fact can become null', () => {
    const store = temporaryStore()
    const run = addRun(store)
    store.writeBatch(batchOf(run.id, 1, { facts: { a: { deep: 1 }, b: 2 } }))
    store.writeBatch(batchOf(run.id, 2, { facts: { a: null, c: 3 } }))
    expect(store.runs.get(run.id).facts).toEqual({ a: null, b: 2, c: 3 })
  })

  test('NaN and infinities come back as they were', () => {
    const store = temporaryStore()
    const run = addRun(store)
    const points = pointsOf('train/loss', [
      [1, NaN],
      [2, Infinity],
      [3, -Infinity],
      [4, -0],
      [5, Number.MAX_VALUE],
      [6, Number.MIN_VALUE],
    ])
    store.writeBatch(batchOf(run.id, 1, { points }))
    expect(lossOf(store, run)).toEqual([
      [1, NaN],
      [2, Infinity],
      [3, -Infinity],
      [4, expect.closeTo(0)],
      [5, Number.MAX_VALUE],
      [6, Number.MIN_VALUE],
    ])
    expect(store.series.summaries(run.key)).toMatchObject([
      { n: 6, nonfinite: 3, last: { step: 6 }, max: { step: 5 } },
    ])
  })

  test('any sequence with repetitions stores what the sequence without them stores', () => {
    // Repeats are what a trainer sends when an acknowledgement got lost.
    // SQLite keeps no sign of zero.
    const number = fc.double({ noNaN: true }).map((x) => x + 0)
    const scenario = fc.array(
      fc.record({
        points: fc.array(fc.tuple(fc.nat(30), number), { maxLength: 5 }),
        resend: fc.nat(3),
      }),
      { minLength: 1, maxLength: 12 },
    )
    const store = temporaryStore()
    fc.assert(
      fc.property(scenario, (sent) => {
        const once = addRun(store)
        const repeated = addRun(store)
        const batch = (id: string, i: number) =>
          batchOf(id, i + 1, { points: pointsOf('train/loss', sent[i]?.points ?? []) })
        sent.forEach(({ resend }, i) => {
          expect(store.writeBatch(batch(once.id, i))).toBe(i + 1)
          for (let from = Math.max(0, i - resend); from <= i; from++) {
            store.writeBatch(batch(repeated.id, from))
          }
          for (let from = Math.max(0, i - resend); from <= i; from++) {
            expect(store.writeBatch(batch(repeated.id, from))).toBe(i + 1)
          }
        })
        expect(lossOf(store, repeated)).toEqual(lossOf(store, once))
        const lastWins = new Map(sent.flatMap(({ points }) => points))
        expect(lossOf(store, once)).toEqual([...lastWins].sort(([a], [b]) => a - b))
      }),
      { numRuns: 40 },
    )
  })
})
