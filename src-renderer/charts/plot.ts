import { formatDuration, formatNumber } from '../lib/format.ts'
import { locale, localeTags } from '../i18n/index.ts'
import {
  xExtent,
  yExtent,
  type LineSeries,
  type Range,
  type XAxis,
  type YAxis,
} from './line-series.ts'
import { makeScale, padded, type Scale } from './scale.ts'

/** A chart's geometry: where the plot lies in it, and how values become places. CSS pixels. */
export interface Plot {
  width: number
  height: number
  left: number
  top: number
  plotWidth: number
  plotHeight: number
  x: Scale
  y: Scale
  xTicks: { at: number; text: string }[]
  yTicks: { at: number; text: string }[]
}

/** Fixed, so that charts above each other line up and nothing moves when numbers grow. */
const margin = { left: 56, right: 14, top: 8, bottom: 38 }

export function layOut(options: {
  width: number
  height: number
  series: readonly LineSeries[]
  xAxis: XAxis
  yAxis: YAxis
  range: Range | undefined
}): Plot {
  const { width, height, series, xAxis, yAxis } = options
  const plotWidth = Math.max(10, width - margin.left - margin.right)
  const plotHeight = Math.max(10, height - margin.top - margin.bottom)
  const all = xExtent(series, xAxis.scale === 'log') ?? { from: 0, to: 1 }
  const shown = options.range ?? all
  const to = shown.to > shown.from ? shown.to : shown.from + 1
  const x = makeScale(xAxis.scale, shown.from, to, xAxis.kind)
  const extent = yExtent(series, { from: shown.from, to }, yAxis.scale === 'log')
  const [low, high] = padded(extent?.from ?? NaN, extent?.to ?? NaN, yAxis.scale)
  const y = makeScale(yAxis.scale, low, high)

  const xValues = x.ticks(Math.max(2, Math.floor(plotWidth / 70)))
  const yValues = y.ticks(Math.max(2, Math.floor(plotHeight / 36)))
  return {
    width,
    height,
    left: margin.left,
    top: margin.top,
    plotWidth,
    plotHeight,
    x,
    y,
    xTicks: xValues.map((value) => ({
      at: margin.left + x.place(value) * plotWidth,
      text: formatX(xAxis, value, xValues),
    })),
    yTicks: yValues.map((value) => ({
      at: margin.top + (1 - y.place(value)) * plotHeight,
      text: yAxis.tick?.(value, yValues) ?? formatTick(value, yValues),
    })),
  }
}

/** As many decimals as the ticks' distance needs, so that they all have equally many. */
export function formatTick(value: number, ticks: readonly number[]): string {
  const step = Math.abs((ticks[1] ?? value) - (ticks[0] ?? 0)) || Math.abs(value) || 1
  const size = Math.max(...ticks.map(Math.abs))
  if (size >= 1e6 || (size > 0 && size < 1e-3)) {
    const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step) + 1e-9)
    return value === 0 ? '0' : value.toExponential(Math.max(0, digits)).replace('e+', 'e')
  }
  const isLog = ticks.length > 2 && (ticks[2] ?? 0) - (ticks[1] ?? 0) > step * 1.5
  if (isLog) return formatNumber(value, 1)
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return new Intl.NumberFormat(localeTags[locale.value], {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value)
}

/** Ticks of a share in 0…1 as percentages. */
export function percentTick(value: number, ticks: readonly number[]): string {
  const percent = (share: number) => Number((share * 100).toPrecision(12))
  return `${formatTick(percent(value), ticks.map(percent))} %`
}

/** A value of x, as a tick or in the readout. */
export function formatX(axis: XAxis, value: number, ticks: readonly number[] = []): string {
  if (axis.kind === 'duration') return value === 0 ? '0' : formatDuration(value)
  if (axis.kind === 'time') {
    const tag = localeTags[locale.value]
    return new Intl.DateTimeFormat(tag, { timeStyle: 'short', hourCycle: 'h23' }).format(value)
  }
  if (ticks.length > 0) return formatTick(value, ticks)
  return Number.isInteger(value) ? formatNumber(value) : formatNumber(value, 4)
}
