import writeXlsxFile, { type CellObject, type Row } from 'write-excel-file/node'
import { stubSpans } from './stub.ts'
import {
  isResult,
  isSpread,
  partsOf,
  type Cell,
  type ExportColumn,
  type Exporter,
  type TableLayout,
} from './table.ts'

/**
 * An Excel workbook of one sheet: numbers are numbers at full precision, shown in the table's digits. Texts are
 * texts, whatever they begin with: a workbook runs no formula that is not marked as one.
 */
export const xlsx: Exporter = {
  format: 'xlsx',
  extension: 'xlsx',
  mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  summary: 'an Excel workbook, numbers at full precision',
  async *render({ columns, rows, layout }) {
    const all = [...rows]
    const head = layout ? layoutHead(columns, layout) : [columns.flatMap(plainHead)]
    const spans = layout ? stubSpans(all, layout.stub) : []
    const data: Row[] = [
      ...(layout?.caption ? [[{ value: layout.caption, fontStyle: 'italic' as const }]] : []),
      ...head,
      ...all.map((row, i) => row.flatMap((cell, c) => cellsOf(cell, columns[c], spans[i]?.[c]))),
      ...(layout?.notes ?? []).map((note): Row => [{ value: note, fontStyle: 'italic' }]),
    ]
    const widths = columns.flatMap((column) =>
      Array.from({ length: partsOf(column)?.length ?? 1 }, () => ({ width: 14 })),
    )
    const workbook = writeXlsxFile(data, { sheet: 'Table', columns: widths })
    yield await workbook.toBuffer()
  },
}

const title = (value: string, columnSpan = 1): CellObject => ({
  value,
  fontWeight: 'bold',
  bottomBorderStyle: 'thin',
  ...(columnSpan > 1 ? { columnSpan, align: 'center' } : {}),
})

function plainHead(column: ExportColumn): Row {
  const parts = partsOf(column)
  return parts ? parts.map((part) => title(`${column.title} ${part}`)) : [title(column.title)]
}

/** The table's own titles, and below them which number of a mean is which. */
function layoutHead(columns: readonly ExportColumn[], { head, stub }: TableLayout): Row[] {
  const names = columns.slice(0, stub)
  const numbers = columns.slice(stub)
  const parts = numbers.map((column) => partsOf(column)?.length ?? 1)
  const rows = head.map((cells): Row => {
    let at = 0
    const titles = cells.flatMap(({ text, span }): Row => {
      const width = parts.slice(at, at + span).reduce((sum, one) => sum + one, 0)
      at += span
      return covered(title(text, width), width)
    })
    return [...names.map(() => null), ...titles]
  })
  const last = numbers.flatMap((column) =>
    [...(partsOf(column) ?? [''])].map((part) => title(part)),
  )
  return [...rows, [...names.map((column) => title(column.title)), ...last]]
}

/** A cell over several needs its empty neighbours in the row. */
const covered = (cell: CellObject, width: number): Row => [
  cell,
  ...new Array<null>(width - 1).fill(null),
]

function cellsOf(cell: Cell, column: ExportColumn | undefined, span = 1): Row {
  if (span === 0) return [null]
  const parts = column && partsOf(column)
  if (!parts) {
    const own = valueOf(isSpread(cell) ? cell.mean : cell, {})
    return [own && span > 1 ? { ...own, rowSpan: span, alignVertical: 'top' } : own]
  }
  return parts.map((part) => {
    if (!isSpread(cell)) return part === 'mean' ? valueOf(cell, {}) : null
    const value = isResult(cell) ? cell[part] : part in cell ? cell[part as 'mean'] : null
    const decimals = isResult(cell) ? (cell.text.mean.split('.')[1]?.length ?? 0) : 4
    const format = part === 'n' ? '0' : part === 'p' ? '0.0000' : formatOf(decimals, column)
    const bold = part === 'mean' && isResult(cell) && cell.bold
    return valueOf(value, { format, ...(bold ? { fontWeight: 'bold' } : {}) })
  })
}

const formatOf = (decimals: number, { percent }: ExportColumn): string =>
  `0${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}${percent ? '%' : ''}`

/** Workbooks have no NaN and no infinity: these are texts. */
function valueOf(value: Exclude<Cell, object> | null, style: CellObject): CellObject | null {
  if (value === null || value === '') return null
  if (typeof value === 'string') return { value, type: String }
  if (typeof value === 'boolean') return { value, type: Boolean }
  if (!Number.isFinite(value)) return { value: String(value), type: String }
  return { ...style, value, type: Number }
}
