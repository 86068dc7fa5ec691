import { guardFormula } from './csv.ts'
import { readable, type ReadableStyle } from './for-people.ts'
import type { Exporter } from './table.ts'

/**
 * Tab-separated, as it is read, not computed with: what a spreadsheet takes from the clipboard. Formulas are
 * guarded as in CSV.
 */
export const tsv: Exporter = {
  format: 'tsv',
  extension: 'tsv',
  mimeType: 'text/tab-separated-values',
  summary: 'tab-separated, numbers as they are printed',
  *render({ columns, rows }) {
    yield line(columns.map(({ title }) => guarded(title)))
    for (const row of rows) yield line(row.map((cell, i) => readable(cell, style, columns[i])))
  },
}

/** Tabs and line ends would be other cells. */
const guarded = (text: string): string => guardFormula(text.replaceAll(/[\t\r\n]+/g, ' '))

const style: ReadableStyle = {
  nothing: '',
  minus: '-',
  plusMinus: ' ± ',
  escape: guarded,
  bold: (text) => text,
  aside: (text) => ` ${text}`,
  raised: (text) => text,
}

const line = (cells: string[]): string => `${cells.join('\t')}\n`
