import { describe, expect, test } from 'vitest'
import { summarizeRun } from '../../src-main/results/summarize.ts'
import { groupRuns, spreadOf } from '../../src-main/results/group.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

describe('numbers of a run', () => {
  test('dev numbers are the best checkpoint’s, test numbers the last', () => {
    const store = temporaryStore()
    const run = addRun(store)
    const best = { kind: 'best' as const, path: 'p', sha256: 'a'.repeat(64), bytes: 1, metric: 0.9 }
    store.writeBatch(
      batchOf(run.id, 1, {
        points: pointsOf('dev/accuracy', [
          [10, 0.8],
          [20, 0.9],
          [30, 0.85],
        ]),
        checkpoints: [
          { ...best, step: 10 },
          { ...best, step: 20 },
        ],
      }),
    )
    store.writeBatch(batchOf(run.id, 2, { points: pointsOf('test/accuracy', [[30, 0.7]]) }))
    const { values, bestStep, data } = summarizeRun(store, run)
    expect(bestStep).toBe(20)
    expect(data).toBe('demo')
    expect([...values]).toEqual([
      ['dev/accuracy', 0.9],
      ['test/accuracy', 0.7],
    ])
  })

  test('the mean speed is all steps by all time', () => {
    const store = temporaryStore()
    const run = addRun(store)
    // One step took 1 s, the other 0.1 s: two steps in 1.1 s, not (1 + 10) / 2 a second.
    const points = pointsOf('train/steps_per_second', [
      [1, 1],
      [2, 10],
    ])
    store.writeBatch(batchOf(run.id, 1, { points }))
    expect(store.series.meanRate(run.key, 'train/steps_per_second')).toBeCloseTo(2 / 1.1, 12)
    expect(store.series.meanRate(run.key, 'nothing')).toBeUndefined()
  })
})

describe('numbers of a group', () => {
  test('the spread is the sample standard deviation', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, std: Math.sqrt(32 / 7), n: 8 })
    expect(spreadOf([3])).toEqual({ mean: 3, std: null, n: 1 })
  })

  test('only completed runs count', () => {
    const store = temporaryStore()
    const summaries = [0.5, 0.7, 0.1].map((value, i) => {
      const run = addRun(store, { seed: i })
      store.writeBatch(batchOf(run.id, 1, { points: pointsOf('test/accuracy', [[1, value]]) }))
      store.runs.setStatus(run.id, i === 2 ? 'crashed' : 'completed')
      return summarizeRun(store, store.runs.get(run.id))
    })
    const [group] = groupRuns(summaries)
    expect(group).toMatchObject({ completed: 2, seeds: [0, 1, 2] })
    expect(group?.spreads.get('test/accuracy')).toMatchObject({ mean: 0.6, n: 2 })
  })
})
