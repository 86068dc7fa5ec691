import { accuracy } from './accuracy.ts'
import { f1 } from './f1.ts'
import { macroF1 } from './macro-f1.ts'
import { map } from './map.ts'
import { mcc } from './mcc.ts'
import type { ClassMetric, Metric } from './metric.ts'
import { mrr } from './mrr.ts'
import { ndcg } from './ndcg.ts'
import { pearson } from './pearson.ts'
import { precisionAt1 } from './precision-at-1.ts'
import { spearman } from './spearman.ts'

/** Every metric, one file each. */
export const metrics: Metric[] = [
  accuracy,
  macroF1,
  f1,
  mcc,
  pearson,
  spearman,
  mrr,
  map,
  precisionAt1,
  ndcg,
]

/** Those that right and wrong answers are enough for. */
export const classMetrics = metrics.filter(
  (metric): metric is ClassMetric => metric.of === 'classes',
)
