import type { FigureInput } from '@shared/contract/figure.ts'
import { paretoStandings, type Standing, type Tradeoff } from '@shared/pareto.ts'
import type { PrintSize } from './figure.ts'
import { placeLabels, type PlacedLabel } from './place-labels.ts'
import { formatTick } from './plot.ts'
import { makeScale, padded, type Scale, type ScaleType } from './scale.ts'
import { seriesColor, type ChartColors } from './theme.ts'

/** A system in a chart of score against cost. */
export interface TradeoffPoint extends Tradeoff {
  id: string
  name: string
  /** Of its series. */
  color: number
}

export interface TradeoffAxes {
  x: { label: string; scale: ScaleType }
  y: {
    label: string
    scale: ScaleType
    tick?: ((value: number, ticks: readonly number[]) => string) | undefined
  }
}

export interface PlacedPoint {
  point: TradeoffPoint
  standing: Standing
  x: number
  y: number
  /** Ends of the error bars. */
  xLow: number
  xHigh: number
  yLow: number
  yHigh: number
  label: PlacedLabel
}

export interface TradeoffPlot {
  width: number
  height: number
  left: number
  top: number
  right: number
  bottom: number
  x: Scale
  y: Scale
  xTicks: { at: number; text: string }[]
  yTicks: { at: number; text: string }[]
  points: PlacedPoint[]
  /** The front as steps: at this cost, no system scores more. */
  front: [x: number, y: number][]
}

const margin = { left: 58, right: 16, top: 10, bottom: 40 }
const letterHeight = 14

const spread = ({ score: { mean, std } }: Tradeoff) =>
  [mean - (std ?? 0), mean + (std ?? 0)] as const

/**
 * Where everything lies, CSS pixels. Points that the scales cannot show (a cost or score of 0 on a log axis) are left
 * out.
 * @param measure a text's width in the labels' letters
 */
export function layOutTradeoff(options: {
  width: number
  height: number
  points: readonly TradeoffPoint[]
  axes: TradeoffAxes
  /** Kept within the x axis. */
  budget: number | undefined
  measure: (text: string) => number
}): TradeoffPlot {
  const { width, height, axes, budget, measure } = options
  const shows = (value: number, scale: ScaleType) => scale === 'linear' || value > 0
  const points = options.points.filter(
    ({ cost, score }) => shows(cost.value, axes.x.scale) && shows(score.mean, axes.y.scale),
  )
  const range = (values: number[], type: ScaleType): [number, number] => {
    const shown = values.filter((value) => Number.isFinite(value) && shows(value, type))
    return padded(Math.min(...shown), Math.max(...shown), type)
  }
  const xValues = points.flatMap(({ cost }) => [cost.low, cost.value, cost.high])
  const x = makeScale(
    axes.x.scale,
    ...range(budget === undefined ? xValues : [...xValues, budget], axes.x.scale),
  )
  const y = makeScale(
    axes.y.scale,
    ...range(
      points.flatMap((point) => [point.score.mean, ...spread(point)]),
      axes.y.scale,
    ),
  )
  const right = Math.max(margin.left + 10, width - margin.right)
  const bottom = Math.max(margin.top + 10, height - margin.bottom)
  const atX = (value: number) => margin.left + place(x, value) * (right - margin.left)
  const atY = (value: number) => bottom - place(y, value) * (bottom - margin.top)
  const xs = x.ticks(Math.max(2, Math.floor((right - margin.left) / 70)))
  const ys = y.ticks(Math.max(2, Math.floor((bottom - margin.top) / 36)))

  const standings = paretoStandings(points)
  const placed = points.map((point, i) => {
    const [low, high] = spread(point)
    return {
      point,
      standing: standings[i]!,
      x: atX(point.cost.value),
      y: atY(point.score.mean),
      xLow: atX(point.cost.low),
      xHigh: atX(point.cost.high),
      yLow: atY(low),
      yHigh: atY(high),
    }
  })
  const labels = placeLabels(
    placed.map((one) => ({
      x: one.x,
      y: one.y,
      width: measure(one.point.name) + 4,
      height: letterHeight,
    })),
    { x: margin.left, y: margin.top, width: right - margin.left, height: bottom - margin.top },
    placed.flatMap((one) => [
      { x: one.x - 1, y: one.yHigh, width: 2, height: one.yLow - one.yHigh },
      { x: one.xLow, y: one.y - 1, width: one.xHigh - one.xLow, height: 2 },
    ]),
  )
  return {
    width,
    height,
    left: margin.left,
    top: margin.top,
    right,
    bottom,
    x,
    y,
    xTicks: xs.map((value) => ({ at: atX(value), text: formatTick(value, xs) })),
    yTicks: ys.map((value) => ({
      at: atY(value),
      text: axes.y.tick?.(value, ys) ?? formatTick(value, ys),
    })),
    points: placed.map((one, i) => ({ ...one, label: labels[i]! })),
    front: steps(placed, right),
  }
}

/** 0 … 1, also for what lies beyond the axis (an error bar below 0 on a log axis). */
function place(scale: Scale, value: number): number {
  const at = scale.place(value)
  return Number.isNaN(at) ? 0 : Math.min(1, Math.max(0, at))
}

function steps(
  points: readonly { standing: Standing; x: number; y: number }[],
  right: number,
): [number, number][] {
  const front = points
    .filter(({ standing }) => standing === 'front')
    .sort((a, b) => a.x - b.x || b.y - a.y)
  const path: [number, number][] = []
  for (const { x, y } of front) {
    const before = path.at(-1)
    if (before) path.push([x, before[1]])
    path.push([x, y])
  }
  const last = path.at(-1)
  if (last) path.push([right, last[1]])
  return path
}

/** The chart as it is printed: marks by name, error bars and front as lines. */
export function tradeoffFigure(
  title: string,
  options: Parameters<typeof layOutTradeoff>[0],
  colors: ChartColors,
  frontName: string,
  size: PrintSize,
): FigureInput {
  // As wide on the screen as letters of 11 pixels would make the paper.
  const pixels = (mm: number) => (mm / 25.4) * 72 * (11 / size.fontPt)
  const plot = layOutTradeoff({
    ...options,
    width: pixels(size.widthMm),
    height: pixels(size.heightMm),
  })
  const px = (x: number) => (x - plot.left) / (plot.right - plot.left)
  const py = (y: number) => (plot.bottom - y) / (plot.bottom - plot.top)
  const series = plot.points.flatMap((one): FigureInput['series'] => {
    const base = { name: one.point.name, color: seriesColor(colors, one.point.color) }
    const line = { ...base, mark: 'line' as const, legend: false }
    return [
      { ...line, x: [px(one.xLow), px(one.xHigh)], y: [py(one.y), py(one.y)] },
      { ...line, x: [px(one.x), px(one.x)], y: [py(one.yLow), py(one.yHigh)] },
      { ...base, mark: 'dot', x: [px(one.x)], y: [py(one.y)] },
    ]
  })
  return {
    title,
    x: {
      label: options.axes.x.label,
      ticks: plot.xTicks.map(({ at, text }) => ({ at: clamped(px(at)), text })),
    },
    y: {
      label: options.axes.y.label,
      ticks: plot.yTicks.map(({ at, text }) => ({ at: clamped(py(at)), text })),
    },
    series: [
      {
        name: frontName,
        color: '#666666',
        mark: 'dashed',
        x: plot.front.map(([x]) => px(x)),
        y: plot.front.map(([, y]) => py(y)),
      },
      ...series,
    ],
    ...size,
  }
}

const clamped = (at: number) => Math.min(1, Math.max(0, at))
