import { expect, test } from 'vitest'
import type { CheckpointRecord } from '../../src-shared/protocol.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { addRun, temporaryStore } from '../support/stored-run.ts'

const best = (step: number): CheckpointRecord => ({
  step,
  kind: 'best',
  path: `checkpoints/step-${step}`,
  sha256: 'a'.repeat(64),
  bytes: 1,
  metric: null,
})

test('a series keeps its totals and its value at the best checkpoint, also after going back', () => {
  const store = temporaryStore()
  const run = addRun(store)
  const totals = () =>
    store.db
      .prepare('SELECT n, nonfinite, last_step, last, best, min, max, sum FROM series')
      .get() as object
  const acc = (points: [number, number][]) => pointsOf('dev/accuracy', points)

  store.writeBatch(batchOf(run.id, 1, { points: acc([[10, 0.5]]) }))
  expect(totals()).toMatchObject({ n: 1, last_step: 10, last: 0.5, best: null })

  store.writeBatch(batchOf(run.id, 2, { checkpoints: [best(10)] }))
  expect(totals()).toMatchObject({ best: 0.5 })

  const later: [number, number][] = [
    [20, 0.75],
    [30, 0.25],
    [40, NaN],
  ]
  store.writeBatch(batchOf(run.id, 3, { points: acc(later), checkpoints: [best(20)] }))
  expect(totals()).toEqual({
    n: 3,
    nonfinite: 1,
    last_step: 40,
    last: null,
    best: 0.75,
    min: 0.25,
    max: 0.75,
    sum: 1.5,
  })

  store.truncate(run.key, { step: 15, seq: 3 })
  expect(totals()).toEqual({
    n: 1,
    nonfinite: 0,
    last_step: 10,
    last: 0.5,
    best: 0.5,
    min: 0.5,
    max: 0.5,
    sum: 0.5,
  })
  store.truncate(run.key, undefined)
  expect(totals()).toMatchObject({ n: 0, last_step: null, last: null, best: null, min: null })
})
