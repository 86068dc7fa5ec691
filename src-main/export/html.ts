import { readable, type ReadableStyle } from './for-people.ts'
import { beginsBlock, stubSpans } from './stub.ts'
import type { Cell, ExportColumn, Exporter, ExportTable, TableLayout } from './table.ts'

/** A page of its own with one table, readable without any other file; pastes into word processors. */
export const html: Exporter = {
  format: 'html',
  extension: 'html',
  mimeType: 'text/html',
  summary: 'an HTML page with the table',
  *render(table) {
    const { columns, layout } = table
    const title = escapeHtml(layout?.caption ?? 'Virtlab')
    yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n`
    yield `<style>${css}</style>\n</head>\n<body>\n<table>\n`
    if (layout) yield* resultRows(table, layout)
    else {
      yield `<thead>\n${row(columns.map(({ title }) => `<th>${escapeHtml(title)}</th>`))}</thead>\n<tbody>\n`
      for (const cells of table.rows) {
        yield row(cells.map((cell, i) => dataCell(cell, columns[i])))
      }
      yield '</tbody>\n'
    }
    yield '</table>\n'
    for (const note of layout?.notes ?? []) yield `<p>${escapeHtml(note)}</p>\n`
    yield '</body>\n</html>\n'
  },
}

function* resultRows(table: ExportTable, layout: TableLayout): Generator<string> {
  const { columns } = table
  const { stub, blocks, caption, head } = layout
  const rows = [...table.rows]
  const spans = stubSpans(rows, stub)
  if (caption) yield `<caption>${escapeHtml(caption)}</caption>\n`
  yield '<thead>\n'
  for (const [level, cells] of head.entries()) {
    const names =
      level === 0
        ? columns
            .slice(0, stub)
            .map(({ title }) => `<th rowspan="${head.length}">${escapeHtml(title)}</th>`)
        : []
    const titles = cells.map(({ text, span }) => {
      const wide = span > 1 ? ` colspan="${span}"` : ''
      return `<th class="number"${wide}>${escapeHtml(text)}</th>`
    })
    yield row([...names, ...titles])
  }
  yield '</thead>\n<tbody>\n'
  for (const [i, cells] of rows.entries()) {
    const labels = cells.slice(0, stub).flatMap((cell, c) => {
      const span = spans[i]?.[c] ?? 1
      if (span === 0) return []
      const tall = span > 1 ? ` rowspan="${span}"` : ''
      return [`<th scope="row"${tall}>${readable(cell, style)}</th>`]
    })
    const numbers = cells.slice(stub).map((cell) => dataCell(cell, undefined))
    yield row([...labels, ...numbers], beginsBlock(rows, i, blocks) ? ' class="block"' : '')
  }
  yield '</tbody>\n'
}

const dataCell = (cell: Cell, column: ExportColumn | undefined): string =>
  `<td${column?.kind === 'text' ? '' : ' class="number"'}>${readable(cell, style, column)}</td>`

const row = (cells: string[], attributes = ''): string =>
  `<tr${attributes}>${cells.join('')}</tr>\n`

/** As text and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const style: ReadableStyle = {
  nothing: '–',
  minus: '−',
  plusMinus: ' ± ',
  escape: escapeHtml,
  bold: (text) => `<b>${text}</b>`,
  aside: (text) => ` <small>${text}</small>`,
  raised: (text) => `<sup>${escapeHtml(text)}</sup>`,
}

const css = `
body { font: 14px/1.4 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2em; }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
caption { text-align: left; padding-bottom: .6em; }
th, td { padding: .25em .8em; text-align: left; vertical-align: top; font-weight: 400; }
thead th { vertical-align: bottom; }
thead tr:last-child th, thead th[rowspan] { border-bottom: 1px solid; }
thead th[colspan] { text-align: center; }
tbody tr.block > * { border-top: 1px solid; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { color: #59636e; }
p { max-width: 60em; font-size: 12px; }
`
