import type { PairExample } from '../data/dataset.ts'
import { confusionMatrix } from './confusion.ts'
import { metrics } from './index.ts'
import { rankCandidates } from './rankings.ts'
import type { Task } from './task.ts'

/**
 * Every metric that the task has a use for, by key, and `loss`: the mean cross-entropy in nats.
 *
 * @param logits [examples] of [classes], in the examples' order
 */
export function scoreAnswers(
  task: Task,
  examples: readonly PairExample[],
  logits: readonly Float32Array[],
): Record<string, number> {
  const { classes, values, ranking } = task
  const gold = examples.map(({ label }) => label)
  const predicted = logits.map((row) => row.indexOf(Math.max(...row)))
  const matrix = confusionMatrix(gold, predicted, classes)
  const expected = values && logits.map((row) => expectedValue(row, values))
  const rankings =
    ranking &&
    rankCandidates(
      examples.map(ranking.query),
      ranking.relevant === undefined
        ? (expected ?? [])
        : logits.map((row) => logOdds(row, ranking.relevant!)),
      gold.map((label) => ranking.gains[label]!),
    )

  const loss = logits.reduce((sum, row, i) => sum + nats(row, gold[i]!), 0) / examples.length
  const scores: Record<string, number> = { loss }
  for (const metric of metrics) {
    switch (metric.of) {
      case 'classes':
        if (metric.appliesTo(classes)) scores[metric.key] = metric.compute(matrix)
        break
      case 'scores':
        if (values && expected) {
          const goldValues = gold.map((label) => values[label]!)
          scores[metric.key] = metric.compute(goldValues, expected)
        }
        break
      case 'rankings':
        if (rankings) scores[metric.key] = metric.compute(rankings)
        break
    }
  }
  return scores
}

/** Σ softmax(logits)_c · value_c, in float64. */
export function expectedValue(logits: Float32Array, values: readonly number[]): number {
  const max = Math.max(...logits)
  let [sum, total] = [0, 0]
  logits.forEach((logit, c) => {
    const power = Math.exp(logit - max)
    total += power
    sum += power * values[c]!
  })
  return sum / total
}

/** log p/(1 − p) of a class: ranks as its probability does, and tells apart what rounds to 1. */
export function logOdds(logits: Float32Array, relevant: number): number {
  const others = logits.filter((_, c) => c !== relevant)
  return logits[relevant]! - logSumExp(others)
}

/** −log softmax(logits)[label], in float64. */
function nats(logits: Float32Array, label: number): number {
  return logSumExp(logits) - logits[label]!
}

function logSumExp(values: Float32Array): number {
  const max = Math.max(...values)
  let sum = 0
  for (const value of values) sum += Math.exp(value - max)
  return Math.log(sum) + max
}
