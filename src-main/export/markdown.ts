import { readable, type ReadableStyle } from './for-people.ts'
import type { Exporter } from './table.ts'

/** A GitHub-flavoured table. */
export const markdown: Exporter = {
  format: 'md',
  summary: 'a GitHub-flavoured Markdown table',
  *render({ columns, rows }) {
    yield line(columns.map(({ title }) => escapeMarkdown(title)))
    yield line(columns.map(({ kind }) => (kind === 'text' ? '---' : '---:')))
    for (const row of rows) yield line(row.map((cell) => readable(cell, style)))
  },
}

/** A text that shows as it is inside a table's cell: no markup, no HTML, no end of the cell or the row. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replaceAll(/[\\`*_[\]|~<>&$]/g, '\\$&')
      // Bare addresses become links; a backslash in front of a letter would show.
      .replaceAll(/(?<=https?|www):(?=\/\/)/gi, '\\:')
      .replaceAll(/\r\n|\r|\n/g, '<br>')
  )
}

const style: ReadableStyle = {
  nothing: '–',
  minus: '−',
  plusMinus: ' ± ',
  escape: escapeMarkdown,
}

const line = (cells: string[]): string => `| ${cells.join(' | ')} |\n`
