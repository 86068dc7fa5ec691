import { formatFixed, formatNumber, formatPercent, nothing } from '~/lib/format.ts'
import type { DistanceMeasure } from '@shared/attention-distance.ts'
import type { MapKind } from './direction-maps.ts'

/** A difference of two shares in percentage points, with its sign: +3.2 pp. */
export function formatPoints(value: number): string {
  if (Number.isNaN(value)) return nothing
  const text = formatFixed(Math.abs(value) * 100, 1)
  return `${value < 0 ? '−' : '+'}${text} pp`
}

export const formatWeight = (value: number): string => formatPercent(value, 1)

export const formatOf = (kind: MapKind): ((value: number) => string) =>
  kind === 'difference' ? formatPoints : formatWeight

export function formatDistance(measure: DistanceMeasure, value: number): string {
  if (Number.isNaN(value)) return nothing
  return measure === 'kl' ? `${formatNumber(value, 3)} nats` : formatFixed(value, 3)
}
