import { readable, type ReadableStyle } from './for-people.ts'
import type { Exporter } from './table.ts'

/** A GitHub-flavoured table. */
export const markdown: Exporter = {
  format: 'md',
  extension: 'md',
  mimeType: 'text/markdown',
  summary: 'a GitHub-flavoured Markdown table',
  *render({ columns, rows, layout }) {
    if (layout?.caption) yield `${escapeMarkdown(layout.caption)}\n\n`
    yield line(columns.map(({ title }) => escapeMarkdown(title)))
    yield line(columns.map(({ kind }) => (kind === 'text' ? '---' : '---:')))
    for (const row of rows) yield line(row.map((cell, i) => readable(cell, style, columns[i])))
    if (layout && layout.notes.length > 0) {
      yield `\n${layout.notes.map((note) => `${escapeMarkdown(note)}\n`).join('\n')}`
    }
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
  bold: (text) => `**${text}**`,
  aside: (text) => ` ${text}`,
  raised: escapeMarkdown,
}

const line = (cells: string[]): string => `| ${cells.join(' | ')} |\n`
