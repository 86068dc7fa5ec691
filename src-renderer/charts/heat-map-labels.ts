import { colorTable, type ScaleKind } from '../lib/colors.ts'
import { needsLightText, paintMatrix, type Domain, type Matrix } from './heat-map.ts'
import type { ChartColors } from './theme.ts'

export interface HeatMapPicture {
  title: string
  matrix: Matrix
  domain: Domain
  kind: ScaleKind
  colors: ChartColors
  width: number
  height: number
  /** Pixels for the names of rows (at the left), and of columns (above). */
  labelSpace: LabelSpace
  rowLabels: readonly string[]
  columnLabels: readonly string[]
  rowTitle: string
  columnTitle: string
  /** Given: the values are written into the cells. */
  format: ((value: number) => string) | undefined
  cursor: { row: number; column: number } | undefined
}

export interface LabelSpace {
  rows: number
  columns: number
}

const rightBottom = 8

/** Where the cells lie. */
export function cellBox({ labelSpace, width, height }: HeatMapPicture) {
  const left = labelSpace.rows + 24
  const top = labelSpace.columns + 24
  return { left, top, width: width - left - rightBottom, height: height - top - rightBottom }
}

let measuring: CanvasRenderingContext2D | null | undefined

/** Columns wider than this have their names written across, narrower ones upwards. */
const acrossFrom = 56

/** As much room as the longest names need, `most` pixels at most. */
export function spaceFor(
  labels: Pick<HeatMapPicture, 'rowLabels' | 'columnLabels'>,
  most: number,
  width: number,
  font: string,
): LabelSpace {
  const { rowLabels, columnLabels } = labels
  measuring ??= document.createElement('canvas').getContext('2d')
  if (measuring) measuring.font = `11px ${font}`
  const longest = (texts: readonly string[]) =>
    texts.reduce((size, text) => Math.max(size, measuring?.measureText(text).width ?? most), 0)
  const rows = Math.ceil(Math.min(most, longest(rowLabels)))
  const cellWidth = (width - rows - 32) / columnLabels.length
  const columns = cellWidth > acrossFrom ? 12 : Math.ceil(Math.min(most, longest(columnLabels)))
  return { rows, columns }
}

/** Titles, row and column names, values; on top of the cells. Names that would overlap are left out. */
export function drawHeatMapLabels(
  context: CanvasRenderingContext2D,
  picture: HeatMapPicture,
): void {
  const { matrix, colors, rowLabels, columnLabels, labelSpace, cursor, format } = picture
  const box = cellBox(picture)
  const cellWidth = box.width / matrix.columns
  const cellHeight = box.height / matrix.rows
  context.clearRect(0, 0, picture.width, picture.height)

  context.font = `11px ${colors.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  const everyRow = Math.ceil(12 / cellHeight)
  rowLabels.forEach((text, row) => {
    const current = cursor?.row === row
    if (row % everyRow !== 0 && !current) return
    context.fillStyle = current ? colors.text : colors.text3
    context.fillText(
      shorten(context, text, labelSpace.rows),
      box.left - 6,
      box.top + (row + 0.5) * cellHeight,
    )
  })
  const everyColumn = Math.ceil(12 / cellWidth)
  columnLabels.forEach((text, column) => {
    const current = cursor?.column === column
    if (column % everyColumn !== 0 && !current) return
    context.save()
    context.translate(box.left + (column + 0.5) * cellWidth, box.top - 6)
    context.rotate(cellWidth > acrossFrom ? 0 : -Math.PI / 2)
    context.textAlign = cellWidth > acrossFrom ? 'center' : 'left'
    context.textBaseline = cellWidth > acrossFrom ? 'bottom' : 'middle'
    context.fillStyle = current ? colors.text : colors.text3
    context.fillText(
      shorten(context, text, cellWidth > acrossFrom ? cellWidth - 4 : labelSpace.columns),
      0,
      0,
    )
    context.restore()
  })

  context.fillStyle = colors.text2
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.fillText(picture.columnTitle, box.left + box.width / 2, 0)
  context.save()
  context.translate(2, box.top + box.height / 2)
  context.rotate(-Math.PI / 2)
  context.fillText(picture.rowTitle, 0, 0)
  context.restore()

  if (format && cellWidth > 28 && cellHeight > 16) {
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.font = `12px ${colors.font}`
    for (let row = 0; row < matrix.rows; row++) {
      for (let column = 0; column < matrix.columns; column++) {
        const value = matrix.values[row * matrix.columns + column]!
        if (Number.isNaN(value)) continue
        const light = needsLightText(value, picture.domain, picture.kind, colors.theme)
        context.fillStyle = light ? '#ffffff' : '#18191f'
        const x = box.left + (column + 0.5) * cellWidth
        context.fillText(format(value), x, box.top + (row + 0.5) * cellHeight)
      }
    }
  }
}

function shorten(context: CanvasRenderingContext2D, text: string, space: number): string {
  if (context.measureText(text).width <= space) return text
  let end = text.length - 1
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > space) end -= 1
  return `${text.slice(0, end)}…`
}

export async function heatMapPng(picture: HeatMapPicture): Promise<Blob> {
  const ratio = 2
  const head = 30
  const canvas = document.createElement('canvas')
  canvas.width = picture.width * ratio
  canvas.height = (picture.height + head) * ratio
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no 2D canvas')
  // Labels first: drawing them clears the canvas.
  const labels = document.createElement('canvas')
  labels.width = picture.width * ratio
  labels.height = picture.height * ratio
  const onLabels = labels.getContext('2d')
  if (!onLabels) throw new Error('no 2D canvas')
  onLabels.scale(ratio, ratio)
  drawHeatMapLabels(onLabels, { ...picture, cursor: undefined })

  context.scale(ratio, ratio)
  context.fillStyle = picture.colors.surface
  context.fillRect(0, 0, picture.width, picture.height + head)
  context.fillStyle = picture.colors.text
  context.font = `600 14px ${picture.colors.font}`
  context.textBaseline = 'middle'
  context.fillText(picture.title, 12, head / 2)
  const box = cellBox(picture)
  const { matrix, domain, kind, colors } = picture
  const cells = await createImageBitmap(paintMatrix(matrix, domain, kind, colors.theme))
  context.imageSmoothingEnabled = false
  context.drawImage(cells, box.left, box.top + head, box.width, box.height)
  context.drawImage(labels, 0, head, picture.width, picture.height)
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
  })
}

export function heatMapSvg(picture: HeatMapPicture): string {
  const { matrix, domain, kind, colors, width, height } = picture
  const head = 30
  const box = cellBox(picture)
  const cellWidth = box.width / matrix.columns
  const cellHeight = box.height / matrix.rows
  const table = colorTable(kind, colors.theme)
  const colorOf = (value: number) => {
    const part = (value - domain.from) / (domain.to - domain.from || 1)
    const at = Math.min(255, Math.max(0, Math.round(part * 255))) * 3
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`
  }
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + head}" font-family="${colors.font.replaceAll('"', "'")}" font-size="11">`,
    `<rect width="100%" height="100%" fill="${colors.surface}"/>`,
    `<text x="12" y="20" font-size="14" font-weight="600" fill="${colors.text}">${escape(picture.title)}</text>`,
    `<g transform="translate(0 ${head})" fill="${colors.text2}">`,
    `<text x="${box.left + box.width / 2}" y="10" text-anchor="middle">${escape(picture.columnTitle)}</text>`,
    `<text transform="translate(11 ${box.top + box.height / 2}) rotate(-90)" text-anchor="middle">${escape(picture.rowTitle)}</text>`,
  ]
  picture.rowLabels.forEach((text, row) => {
    const y = box.top + (row + 0.5) * cellHeight + 4
    parts.push(`<text x="${box.left - 6}" y="${y}" text-anchor="end">${escape(text)}</text>`)
  })
  picture.columnLabels.forEach((text, column) => {
    const x = box.left + (column + 0.5) * cellWidth
    parts.push(
      `<text transform="translate(${x + 4} ${box.top - 6}) rotate(-90)">${escape(text)}</text>`,
    )
  })
  for (let i = 0; i < matrix.rows * matrix.columns; i++) {
    const value = matrix.values[i]!
    if (Number.isNaN(value)) continue
    const x = box.left + (i % matrix.columns) * cellWidth
    const y = box.top + Math.floor(i / matrix.columns) * cellHeight
    parts.push(
      `<rect x="${x}" y="${y}" width="${cellWidth}" height="${cellHeight}" fill="${colorOf(value)}"><title>${value}</title></rect>`,
    )
  }
  parts.push('</g></svg>')
  return parts.join('\n')
}
