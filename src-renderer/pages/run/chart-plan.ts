import { metricKind } from '@shared/metric-kind.ts'

/** One chart of a run: which series stand in it together. */
export interface PlannedChart {
  id: string
  /** A key of the catalogue's `chart`, or `other` with the series' own name. */
  kind:
    'loss' | 'devMetrics' | 'devLoss' | 'learningRate' | 'gradNorm' | 'pairs' | 'steps' | 'other'
  keys: string[]
}

const alone: Record<string, PlannedChart['kind']> = {
  'train/learning_rate': 'learningRate',
  'train/grad_norm': 'gradNorm',
  'train/pairs_per_second': 'pairs',
  'train/steps_per_second': 'steps',
}

/**
 * Charts for the series that a run has, in the order one looks at them: total loss with its parts, dev
 * scores, dev loss, gradient norm, learning rate, speed, then whatever else it logged. Series of one
 * point (test scores, inference speed) are no curves and stand among the numbers above.
 */
export function planCharts(series: readonly { name: string; n: number }[]): PlannedChart[] {
  const names = series.filter(({ n, name }) => n > 1 || !/^(test|inference)\//.test(name))
  const keys = names.map(({ name }) => name).filter((name) => name !== 'train/epoch')
  const isLossPart = (key: string) => key.startsWith('train/') && !(key in alone)
  const isDevScore = (key: string) => key.startsWith('dev/') && metricKind(key) === 'share'
  const total = (key: string) => Number(key === 'train/loss')
  const groups: PlannedChart[] = [
    {
      id: 'loss',
      kind: 'loss',
      keys: keys.filter(isLossPart).toSorted((a, b) => total(b) - total(a)),
    },
    { id: 'dev', kind: 'devMetrics', keys: keys.filter(isDevScore) },
    { id: 'dev-loss', kind: 'devLoss', keys: keys.filter((key) => key === 'dev/loss') },
    ...[
      'train/grad_norm',
      'train/learning_rate',
      'train/pairs_per_second',
      'train/steps_per_second',
    ]
      .filter((key) => keys.includes(key))
      .map((key) => ({ id: key, kind: alone[key] ?? 'other', keys: [key] })),
  ]
  const placed = new Set(groups.flatMap((group) => group.keys))
  const others = keys
    .filter((key) => !placed.has(key))
    .map((key) => ({ id: key, kind: 'other' as const, keys: [key] }))
  return [...groups.filter((group) => group.keys.length > 0), ...others]
}
