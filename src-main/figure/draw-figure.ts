import type { Figure } from '../../src-shared/contract/figure.ts'
import type { Point, Surface } from './surface.ts'

const inkColor = '#1a1a1a'
const gridColor = '#e3e3e3'
const pointsInMm = 72 / 25.4

export const sizeOf = ({ widthMm, heightMm }: Figure) => ({
  width: widthMm * pointsInMm,
  height: heightMm * pointsInMm,
})

type Series = Figure['series'][number]

/** Title, plot with axes, legend below: everything in proportion to the size of the font. */
export function drawFigure(figure: Figure, on: Surface): void {
  const { width, height } = sizeOf(figure)
  const em = figure.fontPt
  const small = em * 0.875
  const text = (anchor: 'start' | 'middle' | 'end', size = small) =>
    ({ size, weight: 400, color: inkColor, anchor }) as const
  const rows = legendRows(
    figure.series.filter(({ legend }) => legend),
    width - em,
    em,
    on,
  )
  const legendHeight = rows.length === 0 ? 0 : rows.length * em * 1.45 + em * 0.3

  const tickWidth = Math.max(0, ...figure.y.ticks.map((tick) => on.measure(tick.text, small, 400)))
  const left = tickWidth + em * (figure.y.label ? 2.3 : 1)
  const lastTick = figure.x.ticks.at(-1)
  const overhang = lastTick
    ? on.measure(lastTick.text, small, 400) / 2 - (1 - lastTick.at) * (width - left - em)
    : 0
  const right = Math.max(em * 0.5, overhang + em * 0.2)
  const top = figure.title ? em * 2.1 : em * 0.7
  const bottom = legendHeight + em * (figure.x.label ? 3.3 : 1.9)
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom }
  const x = (place: number) => box.x + place * box.width
  const y = (place: number) => box.y + (1 - place) * box.height
  const floor = box.y + box.height

  if (figure.title) {
    on.text(figure.title, [left, em * 1.2], { ...text('start', em), weight: 600 })
  }
  for (const tick of figure.y.ticks) {
    on.lines(
      [
        [box.x, y(tick.at)],
        [box.x + box.width, y(tick.at)],
      ],
      { color: gridColor, width: 0.4 },
    )
    on.text(tick.text, [box.x - em * 0.4, y(tick.at) + small * 0.36], text('end'))
  }
  for (const tick of figure.x.ticks) {
    on.lines(
      [
        [x(tick.at), floor],
        [x(tick.at), floor + em * 0.25],
      ],
      { color: inkColor, width: 0.5 },
    )
    on.text(tick.text, [x(tick.at), floor + em * 1.25], text('middle'))
  }
  on.clip({ ...box, y: box.y - em * 0.2, height: box.height + em * 0.4 }, () => {
    for (const series of figure.series) drawSeries(series, on, x, y, em)
  })
  on.lines(
    [
      [box.x, box.y],
      [box.x, floor],
      [box.x + box.width, floor],
    ],
    { color: inkColor, width: 0.6 },
  )
  if (figure.x.label) {
    on.text(figure.x.label, [box.x + box.width / 2, floor + em * 2.6], text('middle', em))
  }
  if (figure.y.label) {
    const at: Point = [em * 1.05, box.y + box.height / 2]
    on.text(figure.y.label, at, { ...text('middle', em), upright: true })
  }
  rows.forEach((row, i) => {
    const base = height - legendHeight + em * (1.1 + i * 1.45)
    let at = em * 0.5 + (width - em - row.width) / 2
    for (const { series, size } of row.items) {
      sample(series, [at, base - em * 0.32], em, on)
      on.text(series.name, [at + em * 2.1, base], text('start'))
      at += size
    }
  })
}

function drawSeries(
  { x: xs, y: ys, band, color, mark, faint }: Series,
  on: Surface,
  x: (place: number) => number,
  y: (place: number) => number,
  em: number,
): void {
  if (band) {
    const there = xs.flatMap((at, i): Point[] => pointOf(x(at), y(band.high[i] ?? NaN)))
    const back = xs.flatMap((at, i): Point[] => pointOf(x(at), y(band.low[i] ?? NaN))).reverse()
    if (there.length > 1) on.area([...there, ...back], { color, opacity: 0.18 })
  }
  let part: Point[] = []
  const flush = () => {
    if (mark === 'dot' || part.length === 1) for (const at of part) on.dot(at, em * 0.22, color)
    else if (part.length > 1) on.lines(part, strokeOf(color, mark, em, faint))
    part = []
  }
  xs.forEach((at, i) => {
    const [point] = pointOf(x(at), y(ys[i] ?? NaN))
    if (point) part.push(point)
    else flush()
  })
  flush()
}

const pointOf = (x: number, y: number): Point[] =>
  Number.isFinite(x) && Number.isFinite(y) ? [[x, y]] : []

const strokeOf = (color: string, mark: Series['mark'], em: number, faint = false) => ({
  color,
  width: em * (faint ? 0.08 : 0.14),
  dash: mark === 'dashed' ? [em * 0.5, em * 0.35] : undefined,
  opacity: faint ? 0.35 : 1,
})

function sample({ color, mark }: Series, [x, y]: Point, em: number, on: Surface): void {
  if (mark === 'dot') on.dot([x + em * 0.8, y], em * 0.22, color)
  else
    on.lines(
      [
        [x, y],
        [x + em * 1.6, y],
      ],
      strokeOf(color, mark, em),
    )
}

interface LegendRow {
  width: number
  items: { series: Series; size: number }[]
}

/** As many to a row as fit. */
function legendRows(
  series: readonly Series[],
  width: number,
  em: number,
  on: Surface,
): LegendRow[] {
  const rows: LegendRow[] = []
  for (const one of series) {
    const size = on.measure(one.name, em * 0.875, 400) + em * 3.4
    const last = rows.at(-1)
    if (last && last.width + size <= width) {
      last.items.push({ series: one, size })
      last.width += size
    } else rows.push({ width: size, items: [{ series: one, size }] })
  }
  return rows
}
