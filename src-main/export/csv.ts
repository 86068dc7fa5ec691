import {
  isResult,
  isSpread,
  partsOf,
  type Cell,
  type ExportColumn,
  type Exporter,
} from './table.ts'

/**
 * RFC 4180 with `\n` ends. Numbers keep every digit; a mean over seeds takes several columns. A text that a
 * spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection").
 */
export const csv: Exporter = {
  format: 'csv',
  extension: 'csv',
  mimeType: 'text/csv',
  summary: 'comma-separated values, numbers at full precision',
  *render({ columns, rows }) {
    yield line(columns.flatMap(headings))
    for (const row of rows) yield line(row.flatMap((cell, i) => fields(cell, columns[i])))
  },
}

function headings(column: ExportColumn): string[] {
  const parts = partsOf(column)?.map((part) => `${column.key}.${part}`)
  return (parts ?? [column.key]).map(text)
}

function fields(cell: Cell, column: ExportColumn | undefined): string[] {
  const parts = column && partsOf(column)
  if (!parts) return [field(isSpread(cell) ? cell.mean : cell)]
  return parts.map((part) => {
    if (isResult(cell)) return field(cell[part])
    if (isSpread(cell)) return part in cell ? field(cell[part as 'mean']) : ''
    // What stands in place of a number: why there is none.
    return part === 'mean' ? field(cell) : ''
  })
}

function field(cell: Exclude<Cell, object> | null): string {
  if (cell === null) return ''
  return typeof cell === 'string' ? text(cell) : String(cell)
}

/** Spreadsheets run a text that begins so. */
export const guardFormula = (value: string): string =>
  /^[=+\-@\t\r]/.test(value) ? `'${value}` : value

export function text(value: string): string {
  const guarded = guardFormula(value)
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const line = (parts: string[]): string => `${parts.join(',')}\n`
