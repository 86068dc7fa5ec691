import { f1OfClass } from './confusion.ts'
import type { ClassMetric } from './metric.ts'

/** Mean over the classes of each one's F1 against the rest, as scikit-learn's average="macro". */
export const macroF1: ClassMetric = {
  of: 'classes',
  key: 'macro_f1',
  appliesTo: () => true,
  compute(matrix) {
    let sum = 0
    for (let c = 0; c < matrix.classes; c++) sum += f1OfClass(matrix, c)
    return sum / matrix.classes
  },
}
