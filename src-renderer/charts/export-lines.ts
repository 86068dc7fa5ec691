import type { LineSeries } from './line-series.ts'
import type { Plot } from './plot.ts'
import { drawAxes } from './draw-axes.ts'
import { drawLines } from './draw-lines.ts'
import { seriesColor, type ChartColors } from './theme.ts'

export interface LineChartPicture {
  title: string
  plot: Plot
  series: readonly LineSeries[]
  labels: { x: string; y: string }
  colors: ChartColors
}

const headHeight = 34
const legendLine = 18

/** Series in rows under the plot; as many to a row as fit. */
function legendRows(
  series: readonly LineSeries[],
  width: number,
  measure: (text: string) => number,
) {
  const rows: LineSeries[][] = [[]]
  let used = 0
  for (const line of series) {
    const size = measure(line.name) + 36
    if (used + size > width - 32 && rows.at(-1)?.length) {
      rows.push([])
      used = 0
    }
    rows.at(-1)?.push(line)
    used += size
  }
  return rows
}

/** The chart with title and legend, twice the size of the screen's. */
export async function toPng(picture: LineChartPicture): Promise<Blob> {
  const { plot, series, colors, labels, title } = picture
  const ratio = 2
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no 2D canvas')
  context.font = `12px ${colors.font}`
  const rows = legendRows(series, plot.width, (text) => context.measureText(text).width)
  const height = headHeight + plot.height + rows.length * legendLine + 10
  canvas.width = plot.width * ratio
  canvas.height = height * ratio
  context.scale(ratio, ratio)
  context.fillStyle = colors.surface
  context.fillRect(0, 0, plot.width, height)
  context.fillStyle = colors.text
  context.font = `600 14px ${colors.font}`
  context.textBaseline = 'middle'
  context.fillText(title, 16, headHeight / 2 + 2)

  const raster = drawLines(plot, series, colors, ratio)
  const image = new ImageData(raster.data, raster.width, raster.height)
  context.putImageData(image, plot.left * ratio, (headHeight + plot.top) * ratio)
  context.translate(0, headHeight)
  drawAxes(context, plot, labels, colors)
  context.translate(0, plot.height + legendLine / 2 + 4)
  context.font = `12px ${colors.font}`
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  for (const row of rows) {
    let x = 16
    for (const line of row) {
      context.fillStyle = seriesColor(colors, line.color)
      context.fillRect(x, -1, 14, 2)
      context.fillStyle = colors.text2
      context.fillText(line.name, x + 20, 0)
      x += context.measureText(line.name).width + 36
    }
    context.translate(0, legendLine)
  }
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
  })
}

/** The same as vectors: every number that is drawn is in it. */
export function toSvg({ plot, series, colors, labels, title }: LineChartPicture): string {
  const x = (value: number) => plot.left + plot.x.place(value) * plot.plotWidth
  const y = (value: number) => plot.top + (1 - plot.y.place(value)) * plot.plotHeight
  const rows = legendRows(series, plot.width, (text) => text.length * 6.5)
  const height = headHeight + plot.height + rows.length * legendLine + 10
  const bottom = plot.top + plot.plotHeight
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${plot.width}" height="${height}" viewBox="0 0 ${plot.width} ${height}" font-family="${escape(colors.font)}">`,
    `<rect width="100%" height="100%" fill="${colors.surface}"/>`,
    `<text x="16" y="22" font-size="14" font-weight="600" fill="${colors.text}">${escape(title)}</text>`,
    `<clipPath id="plot"><rect x="${plot.left}" y="${plot.top}" width="${plot.plotWidth}" height="${plot.plotHeight}"/></clipPath>`,
    `<g transform="translate(0 ${headHeight})" font-size="11">`,
    ...plot.yTicks.map(
      ({ at, text }) =>
        `<path d="M${plot.left} ${at}H${plot.left + plot.plotWidth}" stroke="${colors.grid}"/>` +
        `<text x="${plot.left - 7}" y="${at + 4}" text-anchor="end" fill="${colors.text3}">${escape(text)}</text>`,
    ),
    ...plot.xTicks.map(
      ({ at, text }) =>
        `<text x="${at}" y="${bottom + 15}" text-anchor="middle" fill="${colors.text3}">${escape(text)}</text>`,
    ),
    `<path d="M${plot.left} ${bottom}H${plot.left + plot.plotWidth}" stroke="${colors.line}"/>`,
    `<text x="${plot.left + plot.plotWidth / 2}" y="${plot.height - 3}" text-anchor="middle" fill="${colors.text2}">${escape(labels.x)}</text>`,
    `<text transform="translate(14 ${plot.top + plot.plotHeight / 2}) rotate(-90)" text-anchor="middle" fill="${colors.text2}">${escape(labels.y)}</text>`,
    `<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">`,
  ]
  for (const line of series) {
    const color = seriesColor(colors, line.color)
    if (line.band) {
      const there = path(line.x, line.band.high, x, y)
      const back = path(line.x.toReversed(), line.band.low.toReversed(), x, y).replaceAll('M', 'L')
      parts.push(`<path d="${there}${back}Z" fill="${color}" fill-opacity="0.16"/>`)
    }
    if (line.min && line.max) {
      const spikes = path(line.x, line.max, x, y) + path(line.x, line.min, x, y)
      parts.push(
        `<path d="${spikes}" stroke="${color}" stroke-opacity="0.35" stroke-width="0.75"/>`,
      )
    }
    const dash = line.dashed ? ' stroke-dasharray="5 4"' : ''
    const opacity = line.smooth ? ' stroke-opacity="0.3"' : ''
    parts.push(
      `<path d="${path(line.x, line.y, x, y)}" stroke="${color}" stroke-width="1.5"${dash}${opacity}/>`,
    )
    if (line.smooth) {
      parts.push(
        `<path d="${path(line.x, line.smooth, x, y)}" stroke="${color}" stroke-width="2"/>`,
      )
    }
  }
  parts.push('</g></g>', `<g font-size="12" fill="${colors.text2}">`)
  rows.forEach((row, index) => {
    let at = 16
    const middle = headHeight + plot.height + legendLine * (index + 0.5) + 4
    for (const line of row) {
      parts.push(
        `<path d="M${at} ${middle}h14" stroke="${seriesColor(colors, line.color)}" stroke-width="2"/>`,
        `<text x="${at + 20}" y="${middle + 4}">${escape(line.name)}</text>`,
      )
      at += line.name.length * 6.5 + 36
    }
  })
  parts.push('</g></svg>')
  return parts.join('\n')
}

function path(
  xs: Float64Array,
  ys: Float64Array,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  let d = ''
  let pen = 'M'
  for (let i = 0; i < xs.length; i++) {
    const at = y(ys[i]!)
    if (Number.isNaN(at)) {
      pen = 'M'
      continue
    }
    d += `${pen}${x(xs[i]!).toFixed(2)} ${at.toFixed(2)}`
    pen = 'L'
  }
  return d
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** One row a point, in the long form that every tool reads. */
export function toRows(
  series: readonly LineSeries[],
  xLabel: string,
): (string | number | null)[][] {
  const number = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? null : value
  const spread = series.some(({ min, band }) => min ?? band)
  const smooth = series.some((line) => line.smooth)
  const rows: (string | number | null)[][] = [
    ['series', xLabel, 'value', ...(spread ? ['min', 'max'] : []), ...(smooth ? ['smoothed'] : [])],
  ]
  for (const line of series) {
    for (let i = 0; i < line.x.length; i++) {
      const low = line.band?.low ?? line.min
      const high = line.band?.high ?? line.max
      rows.push([
        line.name,
        line.x[i]!,
        number(line.y[i]),
        ...(spread ? [number(low?.[i]), number(high?.[i])] : []),
        ...(smooth ? [number(line.smooth?.[i])] : []),
      ])
    }
  }
  return rows
}
