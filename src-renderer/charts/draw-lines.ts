import { nearestIndex, type LineSeries } from './line-series.ts'
import type { Plot } from './plot.ts'
import { drawBand, drawDot, drawExtents, fillColumn, lineExtents, makeRaster } from './raster.ts'
import type { Raster } from './raster.ts'
import { seriesColor, toRgb, type ChartColors } from './theme.ts'

/** Series with at most so many points in sight get a dot at each. */
const dotsUpTo = 40

/** The plot's inside (grid, bands, lines) as pixels, `ratio` of them to a CSS pixel. */
export function drawLines(
  plot: Plot,
  series: readonly LineSeries[],
  colors: ChartColors,
  ratio: number,
): Raster {
  const width = Math.round(plot.plotWidth * ratio)
  const height = Math.round(plot.plotHeight * ratio)
  const raster = makeRaster(width, height, toRgb(colors.surface))
  drawGrid(raster, plot, colors, ratio)

  const placed = series.map((line) => {
    const [first, end] = inSight(line.x, plot.x.from, plot.x.to)
    const x = new Float32Array(end - first)
    for (let i = first; i < end; i++) x[i - first] = plot.x.place(line.x[i]!) * width
    const place = (values: Float64Array) => {
      const y = new Float32Array(end - first)
      for (let i = first; i < end; i++) y[i - first] = (1 - plot.y.place(values[i]!)) * height
      return y
    }
    return { line, x, place, color: toRgb(seriesColor(colors, line.color)) }
  })
  // In layers over all series: a band of one must not lie over the line of another.
  for (const { line, x, place, color } of placed) {
    if (line.band) drawBand(raster, x, place(line.band.low), place(line.band.high), color, 0.16)
  }
  const many = series.length > 24
  for (const { line, x, place, color } of placed) {
    const low = line.min && place(line.min)
    const high = line.max && place(line.max)
    const behind = line.smooth !== undefined
    drawExtents(raster, lineExtents(width, x, place(line.y), low, high), color, {
      alpha: behind ? 0.25 : 1,
      thickness: (behind || many ? 1 : 1.5) * ratio,
      dash: line.dashed ? [5 * ratio, 4 * ratio] : undefined,
    })
  }
  for (const { line, x, place, color } of placed) {
    if (line.smooth) {
      drawExtents(raster, lineExtents(width, x, place(line.smooth)), color, {
        thickness: 1.75 * ratio,
      })
    } else if (x.length > 0 && x.length <= dotsUpTo && series.length <= 12) {
      const y = place(line.y)
      for (let i = 0; i < x.length; i++) {
        if (!Number.isNaN(y[i]!)) drawDot(raster, x[i]!, y[i]!, 2.25 * ratio, color)
      }
    }
  }
  return raster
}

function drawGrid(raster: Raster, plot: Plot, colors: ChartColors, ratio: number): void {
  const color = toRgb(colors.grid)
  const axis = toRgb(colors.line)
  const horizontal = (y: number, rgb: typeof color) => {
    const row = Math.min(raster.height - 1, Math.max(0, Math.floor(y)))
    for (let column = 0; column < raster.width; column++) {
      fillColumn(raster, column, row, row + Math.max(1, Math.floor(ratio)), rgb, 1)
    }
  }
  for (const { at } of plot.yTicks) horizontal((at - plot.top) * ratio, color)
  horizontal(raster.height - Math.max(1, Math.floor(ratio)), axis)
}

/** The elements within [from, to], and one more at either side: lines lead out of the plot. */
function inSight(x: Float64Array, from: number, to: number): [first: number, end: number] {
  if (x.length === 0) return [0, 0]
  const first = Math.max(0, nearestIndex(x, from) - 1)
  const end = Math.min(x.length, nearestIndex(x, to) + 2)
  return [first, end]
}
