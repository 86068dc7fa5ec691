import { formatInteger, formatNumber, nothing } from '../lib/format.ts'
import { nearestIndex, type LineSeries, type YAxis } from './line-series.ts'
import type { Plot } from './plot.ts'
import { seriesColor, type ChartColors } from './theme.ts'

export interface ReadoutRow {
  id: string
  name: string
  color: string
  value: string
  /** Extremes, band, n. */
  detail: string
  /** Of its line from the pointer, in pixels; 0 without one. */
  distance: number
}

/** Every line's value at x, the line nearest to the pointer first. A line that ends before x has none. */
export function readValues(
  series: readonly LineSeries[],
  x: number,
  plot: Plot,
  yAxis: YAxis,
  colors: ChartColors,
  pointer: { y: number } | undefined,
): ReadoutRow[] {
  // A line that has no point within a fiftieth of the plot has no value here.
  const reach = 0.02
  const rows = series.flatMap((line): ReadoutRow[] => {
    const index = nearestIndex(line.x, x)
    if (index < 0) return []
    const inside = x >= line.x[0]! && x <= line.x[line.x.length - 1]!
    if (!inside && Math.abs(plot.x.place(line.x[index]!) - plot.x.place(x)) > reach) return []
    const value = (line.smooth ?? line.y)[index]!
    const place = plot.top + (1 - plot.y.place(value)) * plot.plotHeight
    return [
      {
        id: line.id,
        name: line.name,
        color: seriesColor(colors, line.color),
        value: Number.isNaN(value) ? nothing : yAxis.format(value),
        detail: describe(line, index, yAxis),
        distance: pointer ? Math.abs(place - pointer.y) : 0,
      },
    ]
  })
  return rows.sort((a, b) => (Number.isNaN(a.distance) ? 1 : a.distance - b.distance))
}

function describe(line: LineSeries, index: number, yAxis: YAxis): string {
  const parts: string[] = []
  const low = line.band?.low[index] ?? line.min?.[index]
  const high = line.band?.high[index] ?? line.max?.[index]
  if (low !== undefined && high !== undefined && high > low) {
    parts.push(`${yAxis.format(low)} … ${yAxis.format(high)}`)
  }
  if (line.n !== undefined && line.n > 1) parts.push(`n = ${formatInteger(line.n)}`)
  if (line.smooth) parts.push(`(${formatNumber(line.y[index])})`)
  return parts.join(' · ')
}
