import { paintMatrix, type Domain, type Matrix } from '~/charts/heat-map.ts'
import type { ChartColors } from '~/charts/theme.ts'
import type { ScaleKind } from '~/lib/colors.ts'
import { headMatrix, type DirectionMaps, type MapKind } from './direction-maps.ts'

export interface HeadGridPicture {
  title: string
  tiles: { title: string; matrix: Matrix; domain: Domain }[]
  columns: number
  tileWidth: number
  tileHeight: number
  kind: ScaleKind
  colors: ChartColors
}

/** The small multiples as one picture, at twice the size of the screen's pixels. */
export async function headGridPng(picture: HeadGridPicture): Promise<Blob> {
  const { tiles, columns, tileWidth, tileHeight, kind, colors } = picture
  const ratio = 2
  const [margin, head, caption, gap] = [12, 32, 18, 12]
  const rows = Math.ceil(tiles.length / columns)
  const canvas = document.createElement('canvas')
  const width = 2 * margin + columns * (tileWidth + gap) - gap
  const height = head + margin + rows * (tileHeight + caption + gap) - gap
  canvas.width = width * ratio
  canvas.height = height * ratio
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no 2D canvas')
  context.scale(ratio, ratio)
  context.fillStyle = colors.surface
  context.fillRect(0, 0, width, height)
  context.fillStyle = colors.text
  context.textBaseline = 'middle'
  context.font = `600 14px ${colors.font}`
  context.fillText(picture.title, margin, head / 2)
  context.font = `11px ${colors.font}`
  for (const [i, tile] of tiles.entries()) {
    const left = margin + (i % columns) * (tileWidth + gap)
    const top = head + Math.floor(i / columns) * (tileHeight + caption + gap)
    const cells = await createImageBitmap(paintMatrix(tile.matrix, tile.domain, kind, colors.theme))
    context.imageSmoothingEnabled = tile.matrix.columns > tileWidth * ratio
    context.drawImage(cells, left, top, tileWidth, tileHeight)
    context.strokeStyle = colors.line
    context.strokeRect(left - 0.5, top - 0.5, tileWidth + 1, tileHeight + 1)
    context.fillStyle = colors.text2
    context.fillText(tile.title, left, top + tileHeight + caption / 2 + 1)
  }
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
  })
}

/** One row a head and pair of words. */
export function headGridRows(of: DirectionMaps, kind: MapKind): (string | number | null)[][] {
  const rows: (string | number | null)[][] = [
    ['head', 'row', 'row_token', 'column', 'column_token', kind],
  ]
  for (let head = 0; head < of.heads; head++) {
    const values = headMatrix(of, kind, head)?.values
    if (!values) continue
    let at = 0
    of.rowTokens.forEach((from, row) => {
      of.columnTokens.forEach((to, column) => {
        rows.push([head + 1, row, from, column, to, values[at++] ?? null])
      })
    })
  }
  return rows
}
