import { describe, expect, test } from 'vitest'
import { batchOf, pointsOf } from '../support/batches.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

/** Steps 1 to 30 in batches of ten; each ends with an evaluation, a snapshot and a checkpoint. */
function trainedRun() {
  const store = temporaryStore()
  const run = addRun(store)
  ;[10, 20, 30].forEach((end, i) => {
    const points = pointsOf(
      'train/loss',
      Array.from({ length: 10 }, (_, k) => [end - 9 + k, end - 9 + k]),
    )
    store.writeBatch(
      batchOf(run.id, 2 * i + 1, {
        points,
        logs: [{ time: end, level: 'info', text: `step ${end}` }],
        predictions: [
          {
            split: 'dev',
            exampleId: `e${end}`,
            x: '',
            y: '',
            label: 0,
            logits: Float32Array.of(end),
          },
        ],
        attention: [
          {
            step: end,
            exampleId: 'e',
            layer: 1,
            source: 'student',
            direction: 'x_to_y',
            heads: 1,
            rowTokens: [],
            columnTokens: [],
            data: Uint8Array.of(),
          },
        ],
      }),
    )
    const record = {
      step: end,
      path: `step-${end}`,
      sha256: 'b'.repeat(64),
      bytes: 1,
      metric: null,
    }
    store.writeBatch(batchOf(run.id, 2 * i + 2, { checkpoints: [{ ...record, kind: 'last' }] }))
  })
  return { store, run }
}

describe('taking a run back to a checkpoint', () => {
  test('removes what came later, and says how much', () => {
    const { store, run } = trainedRun()
    const [, checkpoint] = store.details.checkpoints(run.key)
    expect(checkpoint?.step).toBe(20)
    expect(store.truncate(run.key, checkpoint)).toEqual({
      points: 10,
      predictions: 1,
      attention: 1,
      checkpoints: 1,
    })
    expect(store.series.summaries(run.key)).toMatchObject([{ n: 20, max: { value: 20 } }])
    expect([...store.details.predictions(run.key)].map((p) => p.exampleId)).toEqual(['e10', 'e20'])
    expect(store.details.attention(run.key, {}).map(({ step }) => step)).toEqual([10, 20])
    expect(store.details.checkpoint(run.key, 'last')?.step).toBe(20)
  })

  test('keeps the log: it tells what happened', () => {
    const { store, run } = trainedRun()
    store.truncate(run.key, undefined)
    expect(store.details.logs(run.key, 9)).toHaveLength(3)
  })

  test('to its start removes every number', () => {
    const { store, run } = trainedRun()
    expect(store.truncate(run.key, undefined)).toEqual({
      points: 30,
      predictions: 3,
      attention: 3,
      checkpoints: 3,
    })
    expect(store.series.summaries(run.key)).toEqual([])
  })

  test('leaves other runs alone', () => {
    const { store } = trainedRun()
    const other = addRun(store)
    store.writeBatch(batchOf(other.id, 1, { points: pointsOf('x', [[5, 5]]) }))
    store.truncate(other.key - 1, undefined)
    expect(store.series.summaries(other.key)).toMatchObject([{ n: 1 }])
  })

  test('counts on from the last seq, so that nothing old is taken for new', () => {
    const { store, run } = trainedRun()
    store.truncate(run.key, undefined)
    expect(store.writeBatch(batchOf(run.id, 3))).toBe(6)
    expect(store.runs.get(run.id).lastSeq).toBe(6)
  })
})
