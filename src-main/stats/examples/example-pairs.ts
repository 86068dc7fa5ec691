import type { Refusal } from '../../../src-shared/statistics.ts'
import { metrics } from '../../trainer/metrics/index.ts'
import type { PairedData } from '../paired.ts'
import { accuracyDifferences, contingencyOf } from './accuracy.ts'
import type { Split } from './answers.ts'
import { matrixPairs } from './matrix-metric.ts'
import { meanPairs } from './mean-pairs.ts'
import { rankingDifferences } from './ranking-metric.ts'
import { scorePairs } from './score-metric.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** `test/accuracy` → test, accuracy; undefined for what is no metric of predictions (a loss, a speed). */
export function predictionMetric(name: string): { split: Split; key: string } | undefined {
  const [split, key, ...rest] = name.split('/')
  if ((split !== 'dev' && split !== 'test') || key === undefined || rest.length > 0)
    return undefined
  return metrics.some((metric) => metric.key === key) ? { split, key } : undefined
}

/** What tests over examples resample for this metric. */
export function unitOf(name: string): 'example' | 'query' {
  const key = predictionMetric(name)?.key
  return metrics.some((metric) => metric.key === key && metric.of === 'rankings')
    ? 'query'
    : 'example'
}

/** Those parts of PairedData that come from predictions, for the metric with this key. */
export function exampleData(answers: SharedAnswers, key: string): Omit<PairedData, 'seeds'> {
  const metric = metrics.find((one) => one.key === key)
  if (!metric) return refused('not_of_predictions')
  if (answers.examples === 0 || answers.a.length === 0) return refused('no_shared_predictions')
  const notAccuracy = refused('accuracy_only')
  switch (metric.of) {
    case 'classes': {
      if (key !== 'accuracy') return { ...notAccuracy, examples: matrixPairs(answers, metric) }
      const exampleDifferences = accuracyDifferences(answers)
      const contingency = contingencyOf(answers)
      return { examples: meanPairs(exampleDifferences, 'example'), contingency, exampleDifferences }
    }
    case 'scores':
      if (!answers.scores) return refused('not_of_predictions')
      return { ...notAccuracy, examples: scorePairs(answers.scores, metric) }
    case 'rankings': {
      if (!answers.ranking) return refused('not_of_predictions')
      const exampleDifferences = rankingDifferences(answers.ranking, metric)
      if (exampleDifferences.length === 0) return refused('no_shared_predictions')
      return {
        ...notAccuracy,
        examples: meanPairs(exampleDifferences, 'query'),
        exampleDifferences,
      }
    }
  }
}

export function refused(why: Refusal): Omit<PairedData, 'seeds'> {
  return { examples: why, contingency: why, exampleDifferences: why }
}
