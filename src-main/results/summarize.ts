import { basename } from 'node:path'
import type { RunConfig } from '../../src-shared/config/run.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import type { Store } from '../store/open.ts'
import { headlineMetrics, type HeadlineMetric } from './headline-metrics.ts'

/** A run with its headline numbers, read from the store. */
export interface RunSummary {
  run: RunRecord
  /** What it was trained on, in a word. */
  data: string
  /** The best checkpoint's step; undefined before the first evaluation. */
  bestStep: number | undefined
  values: Map<string, number>
}

export function summarizeRun(store: Store, run: RunRecord): RunSummary {
  const bestStep = store.details.checkpoint(run.key, 'best')?.step
  const values = new Map<string, number>()
  for (const metric of headlineMetrics) {
    const value = read(store, run.key, metric, bestStep)
    if (value !== undefined) values.set(metric.key, value)
  }
  return { run, data: run.config ? dataLabel(run.config) : '', bestStep, values }
}

function read(
  { series }: Store,
  run: number,
  { key, reading }: HeadlineMetric,
  bestStep: number | undefined,
): number | undefined {
  switch (reading) {
    case 'best':
      return bestStep === undefined ? undefined : series.valueAt(run, key, bestStep)
    case 'last':
      return series.last(run, key)?.value
    case 'mean_rate':
      return series.meanRate(run, key)
  }
}

/** demo, the layout's name (mrpc, snli …), or the training file's name. */
export function dataLabel({ data }: RunConfig): string {
  if (data.dataset === 'demo') return 'demo'
  return data.train?.preset ?? (data.train ? basename(data.train.path) : 'files')
}
