import type { Refusal } from '../../../src-shared/statistics.ts'
import { metrics } from '../../trainer/metrics/index.ts'
import type { PairedData } from '../paired.ts'
import { accuracyDifferences, accuracyPairs, contingencyOf } from './accuracy.ts'
import type { Split } from './answers.ts'
import { matrixPairs } from './matrix-metric.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** `test/accuracy` → test, accuracy; undefined for what is no metric of predictions (a loss, a speed). */
export function predictionMetric(name: string): { split: Split; key: string } | undefined {
  const [split, key, ...rest] = name.split('/')
  if ((split !== 'dev' && split !== 'test') || key === undefined || rest.length > 0)
    return undefined
  return metrics.some((metric) => metric.key === key) ? { split, key } : undefined
}

/** Those parts of PairedData that come from predictions, for the metric with this key. */
export function exampleData(answers: SharedAnswers, key: string): Omit<PairedData, 'seeds'> {
  const metric = metrics.find((one) => one.key === key)
  if (!metric) return refused('not_of_predictions')
  if (answers.examples === 0 || answers.a.length === 0) return refused('no_shared_predictions')
  if (key !== 'accuracy')
    return { ...refused('accuracy_only'), examples: matrixPairs(answers, metric) }
  return {
    examples: accuracyPairs(answers),
    contingency: contingencyOf(answers),
    exampleDifferences: accuracyDifferences(answers),
  }
}

export function refused(why: Refusal): Omit<PairedData, 'seeds'> {
  return { examples: why, contingency: why, exampleDifferences: why }
}
