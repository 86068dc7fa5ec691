import { isSpread, type Cell, type ExportColumn, type Exporter } from './table.ts'

/**
 * RFC 4180 with `\n` ends. Numbers keep every digit; a mean over seeds takes three columns. A text that a
 * spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection").
 */
export const csv: Exporter = {
  format: 'csv',
  summary: 'comma-separated values, numbers at full precision',
  *render({ columns, rows }) {
    yield line(columns.flatMap(headings))
    for (const row of rows) yield line(row.flatMap((cell, i) => fields(cell, columns[i])))
  },
}

function headings({ key, kind }: ExportColumn): string[] {
  return (kind === 'spread' ? [`${key}.mean`, `${key}.std`, `${key}.n`] : [key]).map(text)
}

function fields(cell: Cell, column: ExportColumn | undefined): string[] {
  if (isSpread(cell)) return [cell.mean, cell.std, cell.n].map((part) => field(part))
  return column?.kind === 'spread' ? ['', '', ''] : [field(cell)]
}

function field(cell: Exclude<Cell, object> | null): string {
  if (cell === null) return ''
  return typeof cell === 'string' ? text(cell) : String(cell)
}

export function text(value: string): string {
  const guarded = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const line = (parts: string[]): string => `${parts.join(',')}\n`
