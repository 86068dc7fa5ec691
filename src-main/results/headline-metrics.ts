/**
 * How one number is got from a series: at the best checkpoint's step, the last one, or the mean speed (all
 * steps by all time).
 */
export type Reading = 'best' | 'last' | 'mean_rate'

export interface HeadlineMetric {
  /** The series' name. */
  key: string
  /** As a table's title has it. */
  title: string
  reading: Reading
  kind: 'share' | 'loss' | 'rate'
}

/** The numbers that tables of runs show, in their order. A run lacks those it did not log. */
export const headlineMetrics = [
  { key: 'dev/accuracy', title: 'dev acc', reading: 'best', kind: 'share' },
  { key: 'dev/f1', title: 'dev F1', reading: 'best', kind: 'share' },
  { key: 'dev/macro_f1', title: 'dev macro-F1', reading: 'best', kind: 'share' },
  { key: 'dev/mcc', title: 'dev MCC', reading: 'best', kind: 'share' },
  { key: 'dev/pearson', title: 'dev Pearson', reading: 'best', kind: 'share' },
  { key: 'dev/spearman', title: 'dev Spearman', reading: 'best', kind: 'share' },
  { key: 'dev/mrr', title: 'dev MRR', reading: 'best', kind: 'share' },
  { key: 'dev/map', title: 'dev MAP', reading: 'best', kind: 'share' },
  { key: 'dev/p_at_1', title: 'dev P@1', reading: 'best', kind: 'share' },
  { key: 'dev/ndcg', title: 'dev NDCG', reading: 'best', kind: 'share' },
  { key: 'dev/loss', title: 'dev loss', reading: 'best', kind: 'loss' },
  { key: 'test/accuracy', title: 'test acc', reading: 'last', kind: 'share' },
  { key: 'test/f1', title: 'test F1', reading: 'last', kind: 'share' },
  { key: 'test/macro_f1', title: 'test macro-F1', reading: 'last', kind: 'share' },
  { key: 'test/mcc', title: 'test MCC', reading: 'last', kind: 'share' },
  { key: 'test/pearson', title: 'test Pearson', reading: 'last', kind: 'share' },
  { key: 'test/spearman', title: 'test Spearman', reading: 'last', kind: 'share' },
  { key: 'test/mrr', title: 'test MRR', reading: 'last', kind: 'share' },
  { key: 'test/map', title: 'test MAP', reading: 'last', kind: 'share' },
  { key: 'test/p_at_1', title: 'test P@1', reading: 'last', kind: 'share' },
  { key: 'test/ndcg', title: 'test NDCG', reading: 'last', kind: 'share' },
  { key: 'test/loss', title: 'test loss', reading: 'last', kind: 'loss' },
  { key: 'train/loss', title: 'train loss', reading: 'last', kind: 'loss' },
  { key: 'train/steps_per_second', title: 'steps/s', reading: 'mean_rate', kind: 'rate' },
  { key: 'train/pairs_per_second', title: 'train pairs/s', reading: 'mean_rate', kind: 'rate' },
  { key: 'inference/pairs_per_second', title: 'infer pairs/s', reading: 'last', kind: 'rate' },
] as const satisfies HeadlineMetric[]

export type HeadlineKey = (typeof headlineMetrics)[number]['key']

/** Those of these names, in the registry's order. */
export function metricsNamed(...keys: HeadlineKey[]): HeadlineMetric[] {
  return headlineMetrics.filter(({ key }) => keys.includes(key))
}
