import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compareSystems } from '../../src-main/stats/compare-systems.ts'
import { createAnswerReader } from '../../src-main/stats/examples/answers.ts'
import { describeComparison } from '../../src-main/cli/comparison-report.ts'
import type { Store } from '../../src-main/store/open.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import { batchOf } from '../support/batches.ts'
import { provenance } from '../support/plan.ts'
import { temporaryStore } from '../support/stored-run.ts'

/** From test/oracle/rankings.py. */
const oracle = JSON.parse(
  readFileSync(new URL('../oracle/rankings.json', import.meta.url), 'utf8'),
) as {
  a: number[]
  b: number[]
  mrr: [number, number]
  wilcoxon: [number, number]
  randomization: number
  bootstrapInterval: [number, number]
}

/** A run that ranks four candidates a query, the relevant one at the given place; queries come from a column. */
function addRanked(
  store: Store,
  name: string,
  ranks: readonly number[],
  { query = (i: number): string | undefined => `q${i}` } = {},
) {
  const columns = { x: 'x', y: 'y', label: 'label', query: 'q' }
  const config = runConfig.parse({
    model: { type: 'bi_encoder' },
    data: {
      train: { path: 'train.csv', columns },
      dev: { path: 'dev.csv', columns },
      test: { path: 'test.csv', columns },
      rankBy: 'column',
    },
    training: { seed: 1 },
  })
  const run = store.runs.create({
    name,
    seed: 1,
    config,
    suiteId: null,
    teacherId: null,
    provenance,
  })
  const predictions = ranks.flatMap((rank, i) =>
    [1, 2, 3, 4].map((place) => ({
      split: 'test' as const,
      exampleId: `${i}-${(place + 4 - rank) % 4}`,
      x: `asked ${i}`,
      y: `candidate ${(place + 4 - rank) % 4}`,
      label: Number(place === rank),
      query: query(i),
      logits: Float32Array.of(place, 0),
    })),
  )
  store.runs.setStatus(run.id, 'running')
  store.writeBatch(batchOf(run.id, 1, { facts: { labels: ['no', 'yes'] }, predictions }))
  store.runs.setStatus(run.id, 'completed')
  const value = ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length
  return [{ run: store.runs.get(run.id), value }]
}

const options = { metric: 'test/mrr', alpha: 0.05, rounds: 2000, seed: 1 }

describe('rankings by a column’s query', () => {
  it('are compared query by query, with scipy’s p', async () => {
    const store = temporaryStore()
    const [a, b] = [addRanked(store, 'a', oracle.a), addRanked(store, 'b', oracle.b)]
    const comparison = await compareSystems(a, b, options, createAnswerReader(store))
    expect(comparison.paired).toMatchObject({ unit: 'query', examples: 10 })
    expect(comparison.a?.mean).toBeCloseTo(oracle.mrr[0], 12)
    expect(comparison.difference?.value).toBeCloseTo(oracle.mrr[0] - oracle.mrr[1], 12)

    const test = (key: string) => comparison.tests.find((one) => one.key === key)
    expect(test('wilcoxon_examples')).toMatchObject({
      over: 'examples',
      statistic: oracle.wilcoxon[0],
      p: oracle.wilcoxon[1],
      n: 9,
    })
    // 2⁹ exchanges of the nine queries that differ: all are tried.
    expect(test('approximate_randomization')).toMatchObject({ p: oracle.randomization, n: 10 })
    expect(test('paired_bootstrap')).toMatchObject({ n: 10, refusal: null })
    expect(comparison.difference?.low).toBeCloseTo(oracle.bootstrapInterval[0], 1)
    expect(comparison.difference?.high).toBeCloseTo(oracle.bootstrapInterval[1], 1)
    expect(test('mcnemar_exact')).toMatchObject({ refusal: 'accuracy_only' })

    const report = describeComparison(comparison, 'a', 'b')
    expect(report).toContain(
      'Compared query by query: test/mrr is a mean over the 10 queries that both have ranked',
    )
    expect(report).toMatch(/approximate randomization +queries +10/)
    expect(report).toMatch(/\(over queries\)/)
  })

  it('of other metrics are compared too, accuracy example by example', async () => {
    const store = temporaryStore()
    const [a, b] = [addRanked(store, 'a', oracle.a), addRanked(store, 'b', oracle.b)]
    for (const key of ['map', 'p_at_1', 'ndcg']) {
      const metric = `test/${key}`
      const { tests } = await compareSystems(
        a,
        b,
        { ...options, metric },
        createAnswerReader(store),
      )
      expect([key, tests.find((one) => one.key === 'wilcoxon_examples')?.refusal]).toEqual([
        key,
        null,
      ])
    }
    const { paired } = await compareSystems(
      a,
      b,
      { ...options, metric: 'test/accuracy' },
      createAnswerReader(store),
    )
    expect(paired.unit).toBe('example')
  })

  it('cannot be compared where the queries were not stored, or are others', async () => {
    const store = temporaryStore()
    const a = addRanked(store, 'a', oracle.a)
    for (const query of [() => undefined, (i: number) => `other ${i % 2}`]) {
      const b = addRanked(store, 'b', oracle.b, { query })
      const { tests } = await compareSystems(a, b, options, createAnswerReader(store))
      expect(tests.find(({ key }) => key === 'approximate_randomization')?.refusal).toBe(
        'not_of_predictions',
      )
    }
  })
})
