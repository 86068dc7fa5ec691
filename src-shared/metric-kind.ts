/** How a metric's values are written and compared. */
export type MetricKind = 'share' | 'loss' | 'rate' | 'number'

/** A metric's kind by its name: dev/accuracy is a share, train/loss a loss. */
export function metricKind(key: string): MetricKind {
  const name = key.slice(key.lastIndexOf('/') + 1)
  if (/^(accuracy|f1|macro_f1|precision|recall|auc|mrr|map|p_at_1|ndcg)$/.test(name)) return 'share'
  if (name === 'loss' || name.endsWith('_loss')) return 'loss'
  if (name.endsWith('_per_second')) return 'rate'
  return 'number'
}

/** Which way is better: less of a loss, a time or a size, more of everything else. */
export function betterOf(key: string): 'higher' | 'lower' {
  const isCost = /(^|_)(seconds|milliseconds|ms|bytes|flops|gflops|latency)$/
  return metricKind(key) === 'loss' || isCost.test(key.slice(key.lastIndexOf('/') + 1))
    ? 'lower'
    : 'higher'
}

/** Which value of its series stands for a metric: dev at the best checkpoint's step, others last. */
export const usualReading = (key: string): 'best' | 'last' =>
  key.startsWith('dev/') ? 'best' : 'last'
