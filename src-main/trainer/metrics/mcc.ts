import type { ClassMetric } from './metric.ts'

/**
 * Matthews' correlation, for any number of classes (Gorodkin 2004, R_K), as scikit-learn computes it: from −1 to 1;
 * 0 for answers that are all the same.
 */
export const mcc: ClassMetric = {
  of: 'classes',
  key: 'mcc',
  appliesTo: () => true,
  compute({ classes, counts }) {
    let total = 0
    let right = 0
    const gold = new Float64Array(classes)
    const predicted = new Float64Array(classes)
    for (let g = 0; g < classes; g++) {
      for (let p = 0; p < classes; p++) {
        const count = counts[g * classes + p]!
        total += count
        if (g === p) right += count
        gold[g]! += count
        predicted[p]! += count
      }
    }
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)
    const covariance = right * total - dot(gold, predicted)
    const spread = Math.sqrt(
      (total * total - dot(gold, gold)) * (total * total - dot(predicted, predicted)),
    )
    return spread === 0 ? 0 : covariance / spread
  },
}
