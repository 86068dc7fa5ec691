import type { FigureInput } from '@shared/contract/figure.ts'
import { xExtent, type LineSeries, type Range, type XAxis, type YAxis } from './line-series.ts'
import { layOut } from './plot.ts'
import { seriesColor, type ChartColors } from './theme.ts'

export interface PrintSize {
  widthMm: number
  heightMm: number
  fontPt: number
}

/** A chart's curves as they are printed: the range that is shown, ticks as many as fit the paper. */
export function toFigure(
  chart: {
    title: string
    series: readonly LineSeries[]
    xAxis: XAxis
    yAxis: YAxis
    range: Range | undefined
    colors: ChartColors
  },
  size: PrintSize,
): FigureInput {
  const { title, series, xAxis, yAxis, colors } = chart
  // As wide on the screen as letters of 11 pixels would make the paper.
  const pixels = (mm: number) => (mm / 25.4) * 72 * (11 / size.fontPt)
  const all = xExtent(series, xAxis.scale === 'log')
  const plot = layOut({
    width: pixels(size.widthMm),
    height: pixels(size.heightMm),
    series,
    xAxis,
    yAxis,
    range: chart.range ?? all,
  })
  const within = (at: number) => at > -1e-9 && at < 1 + 1e-9
  const clamp = (at: number) => Math.min(1, Math.max(0, at))
  const x = (values: Float64Array) => Array.from(values, (value) => plot.x.place(value))
  const y = (values: Float64Array) => Array.from(values, (value) => plot.y.place(value))
  return {
    title,
    x: {
      label: xAxis.label,
      ticks: plot.xTicks
        .map(({ at, text }) => ({ at: (at - plot.left) / plot.plotWidth, text }))
        .filter(({ at }) => within(at))
        .map(({ at, text }) => ({ at: clamp(at), text })),
    },
    y: {
      label: yAxis.label,
      ticks: plot.yTicks
        .map(({ at, text }) => ({ at: 1 - (at - plot.top) / plot.plotHeight, text }))
        .filter(({ at }) => within(at))
        .map(({ at, text }) => ({ at: clamp(at), text })),
    },
    series: series.flatMap((line): FigureInput['series'] => {
      const base = {
        name: line.name,
        color: seriesColor(colors, line.color),
        mark: line.dashed ? ('dashed' as const) : ('line' as const),
        x: x(line.x),
        band: line.band ? { low: y(line.band.low), high: y(line.band.high) } : null,
      }
      if (!line.smooth) return [{ ...base, y: y(line.y) }]
      return [
        { ...base, y: y(line.y), faint: true, legend: false },
        { ...base, y: y(line.smooth), band: null },
      ]
    }),
    ...size,
  }
}

/** An SVG as PNG of its size in print. */
export async function rasterise(
  svg: Blob,
  { widthMm, heightMm }: PrintSize,
  dpi: number,
): Promise<Blob> {
  const url = URL.createObjectURL(svg)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round((widthMm / 25.4) * dpi)
    canvas.height = Math.round((heightMm / 25.4) * dpi)
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no 2D canvas')
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    if (!blob) throw new Error('no picture')
    return new Blob([withResolution(await blob.bytes(), dpi)], { type: 'image/png' })
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** A PNG that says how large it is in print: a pHYs chunk behind the header (PNG, 11.3.4.3). */
export function withResolution(png: Uint8Array, dpi: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21)
  const view = new DataView(chunk.buffer)
  const perMetre = Math.round(dpi / 0.0254)
  view.setUint32(0, 9)
  chunk.set(new TextEncoder().encode('pHYs'), 4)
  view.setUint32(8, perMetre)
  view.setUint32(12, perMetre)
  chunk[16] = 1
  view.setUint32(17, crc32(chunk.subarray(4, 17)))
  // Signature and IHDR always take 33 bytes.
  const out = new Uint8Array(png.length + chunk.length)
  out.set(png.subarray(0, 33))
  out.set(chunk, 33)
  out.set(png.subarray(33), 33 + chunk.length)
  return out
}

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) {
    c ^= byte
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return (c ^ 0xffffffff) >>> 0
}
