import type { ClassMetric } from './metric.ts'

/** Share of examples whose highest logit is the gold class. */
export const accuracy: ClassMetric = {
  of: 'classes',
  key: 'accuracy',
  appliesTo: () => true,
  compute({ classes, counts }) {
    let correct = 0
    let total = 0
    for (let gold = 0; gold < classes; gold++) {
      correct += counts[gold * classes + gold]!
      for (let predicted = 0; predicted < classes; predicted++) {
        total += counts[gold * classes + predicted]!
      }
    }
    return correct / total
  },
}
