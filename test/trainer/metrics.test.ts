import { describe, expect, it } from 'vitest'
import { accuracy } from '../../src-main/trainer/metrics/accuracy.ts'
import { confusionMatrix } from '../../src-main/trainer/metrics/confusion.ts'
import { f1 } from '../../src-main/trainer/metrics/f1.ts'
import { metrics } from '../../src-main/trainer/metrics/index.ts'
import { macroF1 } from '../../src-main/trainer/metrics/macro-f1.ts'
import { mcc } from '../../src-main/trainer/metrics/mcc.ts'
import { ndcg } from '../../src-main/trainer/metrics/ndcg.ts'
import { pearson } from '../../src-main/trainer/metrics/pearson.ts'
import { rankCandidates } from '../../src-main/trainer/metrics/rankings.ts'
import { scoreAnswers } from '../../src-main/trainer/metrics/score-answers.ts'
import { spearman } from '../../src-main/trainer/metrics/spearman.ts'
import { taskOf } from '../../src-main/trainer/metrics/task.ts'
import { dataConfig } from '../../src-shared/config/data.ts'
import oracle from '../oracle/metrics.json' with { type: 'json' }

// Expected values: sklearn.metrics.accuracy_score and f1_score (1.9.1) on the same labels.
describe('classification metrics', () => {
  const threeWay = confusionMatrix([0, 1, 2, 2, 1, 0, 1], [0, 2, 2, 2, 1, 1, 1], 3)
  const binary = confusionMatrix([1, 1, 0, 0, 1, 0, 0, 1], [1, 0, 0, 1, 1, 0, 0, 0], 2)

  it('accuracy is the share of hits', () => {
    expect(accuracy.compute(threeWay)).toBeCloseTo(5 / 7, 12)
    expect(accuracy.compute(binary)).toBeCloseTo(0.625, 12)
  })

  it('F1 scores the second of two classes', () => {
    expect(f1.compute(binary)).toBeCloseTo(0.5714285714285714, 12)
    expect(f1.appliesTo(2)).toBe(true)
    expect(f1.appliesTo(3)).toBe(false)
  })

  it('macro F1 averages over the classes', () => {
    expect(macroF1.compute(threeWay)).toBeCloseTo(0.7111111111111111, 12)
  })

  it('a class that never occurs and is never predicted counts 0, as in scikit-learn', () => {
    expect(macroF1.compute(confusionMatrix([0, 1], [0, 1], 3))).toBeCloseTo(2 / 3, 12)
  })
})

describe('all metrics of a task', () => {
  it.each(oracle.tasks)('$name: as scikit-learn and scipy compute them', (task) => {
    const examples = task.gold.map((label, i) => ({
      id: String(i),
      x: task.queries[i]!,
      y: task.queries[i]!,
      query: task.queries[i]!,
      label,
    }))
    const logits = task.logits.map((row) => Float32Array.from(row))
    const scores = scoreAnswers(
      taskOf(dataConfig.parse(task.config), task.labels),
      examples,
      logits,
    )
    expect(Object.keys(scores).sort()).toEqual(Object.keys(task.scores).sort())
    const expected: Record<string, number | undefined> = task.scores
    for (const [key, value] of Object.entries(expected)) {
      expect(scores[key], key).toBeCloseTo(value ?? NaN, 10)
    }
  })

  it('leave none untested', () => {
    const tested = new Set(oracle.tasks.flatMap(({ scores }) => Object.keys(scores)))
    expect(metrics.map(({ key }) => key).filter((key) => !tested.has(key))).toEqual([])
  })
})

describe('what is undefined', () => {
  it('answers that are all the same correlate with nothing', () => {
    expect(mcc.compute(confusionMatrix([0, 1, 1], [1, 1, 1], 2))).toBe(0)
    expect(pearson.compute([1, 2, 3], [2, 2, 2])).toBe(0)
    expect(spearman.compute([1, 1, 1], [1, 2, 3])).toBe(0)
  })

  it('equal scores stand in the worst order, so they earn no rank', () => {
    expect(rankCandidates(['a', 'a', 'a'], [1, 1, 2], [1, 0, 0])).toEqual([
      Float64Array.of(0, 0, 1),
    ])
  })

  it('queries without a relevant candidate are left out', () => {
    const rankings = rankCandidates(['a', 'b', 'b'], [1, 2, 1], [0, 0, 1])
    expect(rankings).toEqual([Float64Array.of(0, 1)])
    expect(ndcg.compute(rankings)).toBeCloseTo(1 / Math.log2(3), 12)
  })
})

describe('a task', () => {
  it('takes ordered labels by their number, or by their place', () => {
    const values = (labels: string[]) =>
      taskOf(dataConfig.parse({ scale: 'ordinal' }), labels).values
    expect(values(['0', '2.5', '5'])).toEqual([0, 2.5, 5])
    expect(values(['bad', 'fair', 'good'])).toEqual([0, 1, 2])
    expect(taskOf(dataConfig.parse({}), ['0', '1']).values).toBeUndefined()
  })

  it('ranks by the last label unless another is named, and names a wrong one', () => {
    const gains = (relevant?: string) =>
      taskOf(dataConfig.parse({ rankBy: 'x', relevant }), ['no', 'maybe', 'yes']).ranking?.gains
    expect(gains()).toEqual([0, 0, 1])
    expect(gains('maybe')).toEqual([0, 1, 0])
    expect(() => gains('yep')).toThrow('no label is called "yep"')
  })

  it('asks for the query’s column where pairs have none', () => {
    const task = taskOf(dataConfig.parse({ rankBy: 'column' }), ['no', 'yes'])
    const example = { id: '7', x: 'a', y: 'b', label: 1 }
    expect(() => task.ranking?.query(example)).toThrow('the pair 7 has no query')
  })
})
