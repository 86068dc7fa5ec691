import { accuracy } from './accuracy.ts'
import { f1 } from './f1.ts'
import { macroF1 } from './macro-f1.ts'
import type { Metric } from './metric.ts'

/** Every metric, one file each. */
export const metrics: Metric[] = [accuracy, macroF1, f1]
