import type { XAxis as XAxisName } from '@shared/contract/series.ts'
import type { XAxis, YAxis } from '~/charts/line-series.ts'
import { percentTick } from '~/charts/plot.ts'
import { smooth } from '~/charts/smoothing.ts'
import { metricKind } from '@shared/metric-kind.ts'
import { formatMetric } from '~/lib/format.ts'

export const xNames = ['step', 'epoch', 'elapsed', 'time'] as const satisfies XAxisName[]

export function xAxisOf(name: XAxisName, label: string, scale: XAxis['scale'] = 'linear'): XAxis {
  if (name === 'time') return { label, scale: 'linear', kind: 'time' }
  return { label, scale, kind: name === 'elapsed' ? 'duration' : 'number' }
}

/** Shares are drawn in per cent, everything else as it is logged. */
export function yAxisOf(key: string, label: string, scale: YAxis['scale']): YAxis {
  const kind = metricKind(key)
  const format = (value: number) => formatMetric(key, value)
  if (kind !== 'share') return { label, scale, format }
  return { label, scale, format, tick: percentTick }
}

/** How strong each step of smoothing is, as the weight of what came before. */
export const smoothings = [0, 0.6, 0.9, 0.97, 0.99] as const

export function smoothed(y: Float64Array, weight: number): Float64Array | undefined {
  return weight > 0 && y.length > 2 ? smooth(y, weight) : undefined
}
