import type { BucketColumns, GroupColumns } from '@shared/contract/series.ts'
import type { LineSeries } from '~/charts/line-series.ts'
import { seriesDashed } from '~/lib/colors.ts'
import { smoothed } from '../run/axes.ts'

interface Look {
  id: string
  name: string
  color: number
  weight: number
}

/** A run's buckets as a line; where a bucket holds several points its extremes are drawn, too. */
export function runLine(from: BucketColumns, { id, name, color, weight }: Look): LineSeries {
  return {
    id,
    name,
    color,
    dashed: seriesDashed(color),
    x: from.x,
    y: from.mean,
    ...(from.exact ? {} : { min: from.min, max: from.max }),
    smooth: smoothed(from.mean, weight),
  }
}

/** A group of seeds as their mean, in a band of their extremes or of ± one standard deviation. */
export function groupLine(
  from: GroupColumns,
  { id, name, color, weight }: Look,
  band: { kind: 'minmax' | 'std'; label: string },
): LineSeries {
  const off = (sign: number) =>
    from.mean.map((mean, i) => {
      const std = from.std[i] ?? NaN
      return Number.isNaN(std) ? mean : mean + sign * std
    })
  const [low, high] = band.kind === 'minmax' ? [from.min, from.max] : [off(-1), off(1)]
  return {
    id,
    name,
    color,
    dashed: seriesDashed(color),
    x: from.x,
    y: from.mean,
    band: { low, high, label: band.label },
    smooth: smoothed(from.mean, weight),
    n: from.n.reduce((most, n) => Math.max(most, n), 0),
  }
}
