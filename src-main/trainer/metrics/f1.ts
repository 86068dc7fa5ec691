import { f1OfClass } from './confusion.ts'
import type { ClassMetric } from './metric.ts'

/** F1 of the second class (paraphrase, duplicate, entailed …), as GLUE reports MRPC and QQP. */
export const f1: ClassMetric = {
  of: 'classes',
  key: 'f1',
  appliesTo: (classes) => classes === 2,
  compute: (matrix) => f1OfClass(matrix, 1),
}
