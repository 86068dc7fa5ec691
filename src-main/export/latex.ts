import { readable, type ReadableStyle } from './for-people.ts'
import { siunitxColumn, siunitxResult } from './latex-siunitx.ts'
import { beginsBlock, stubSpans } from './stub.ts'
import {
  isResult,
  type Cell,
  type ExportColumn,
  type ExportOptions,
  type ExportTable,
  type Exporter,
  type HeadCell,
  type TableLayout,
} from './table.ts'

/**
 * A booktabs tabular, to be put in a table environment; a result table brings its environment, with caption,
 * label and notes. Wants UTF-8, and says what packages in its first line.
 */
export const latex: Exporter = {
  format: 'latex',
  extension: 'tex',
  mimeType: 'application/x-tex',
  summary: 'a LaTeX table with booktabs rules',
  *render(table, options = {}) {
    if (table.layout) {
      yield* resultTable(table, table.layout, options)
      return
    }
    const { columns, rows } = table
    yield '% needs \\usepackage{booktabs}\n'
    yield `\\begin{tabular}{${columns.map(({ kind }) => (kind === 'text' ? 'l' : 'r')).join('')}}\n`
    yield '\\toprule\n'
    yield line(columns.map(({ title }) => escapeLatex(title)))
    yield '\\midrule\n'
    for (const row of rows) yield line(row.map((cell, i) => readable(cell, style, columns[i])))
    yield '\\bottomrule\n\\end{tabular}\n'
  },
}

function* resultTable(
  table: ExportTable,
  layout: TableLayout,
  options: ExportOptions,
): Generator<string> {
  const { columns } = table
  const { stub, blocks, caption, label, head, notes } = layout
  const rows = [...table.rows]
  const spans = stubSpans(rows, stub)
  const formats = columns.map((column, i) => columnFormat(column, rows, i, options))
  const isMerged = spans.some((row) => row.some((span) => span > 1))
  const packages = ['booktabs', 'graphicx']
  if (isMerged) packages.push('multirow')
  if (formats.some((format) => format !== 'l' && format !== 'r')) packages.push('siunitx')
  yield `% needs \\usepackage{${packages.join(',')}}\n`
  yield '\\begin{table}\n\\centering\n'
  if (caption) yield `\\caption{${escapeLatex(caption)}}\n`
  if (label !== null) yield `\\label{${label}}\n`
  if (caption) yield '\\par\\smallskip\n'
  // Set smaller where it is wider than the text, by graphicx.
  yield '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n'
  yield `\\begin{tabular}{${formats.join('')}}\n\\toprule\n`
  for (const [level, cells] of head.entries()) {
    const isLast = level === head.length - 1
    const names = columns.slice(0, stub).map(({ title }) => (isLast ? escapeLatex(title) : ''))
    yield line([...names, ...cells.map((cell) => headCell(cell, options))])
    if (!isLast) yield rulesUnder(cells, stub)
  }
  yield '\\midrule\n'
  for (const [i, row] of rows.entries()) {
    if (beginsBlock(rows, i, blocks)) yield '\\midrule\n'
    const labels = row.slice(0, stub).map((cell, c) => {
      const span = spans[i]?.[c] ?? 1
      if (span === 0) return ''
      const text = readable(cell, style)
      return span === 1 ? text : `\\multirow{${span}}{*}{${text}}`
    })
    const cells = row.slice(stub).map((cell, c) => numberCell(cell, formats[stub + c] ?? 'r'))
    yield line([...labels, ...cells])
  }
  yield '\\bottomrule\n\\end{tabular}}\n'
  if (notes.length > 0) {
    yield `\n\\smallskip\n\\parbox{\\linewidth}{\\footnotesize ${notes.map(escapeLatex).join(' ')}}\n`
  }
  yield '\\end{table}\n'
}

function columnFormat(
  { kind }: ExportColumn,
  rows: readonly Cell[][],
  index: number,
  { siunitx }: ExportOptions,
): string {
  if (kind === 'text') return 'l'
  const results = rows.map((row) => row[index]).filter(isResult)
  return (siunitx && siunitxColumn(results, style)) || 'r'
}

/** In an S column what is no number stands in braces. */
function numberCell(cell: Cell, format: string): string {
  if (format === 'r' || format === 'l') return readable(cell, style)
  return isResult(cell) ? siunitxResult(cell, style) : `{${readable(cell, style)}}`
}

function headCell({ text, span }: HeadCell, { siunitx }: ExportOptions): string {
  const title = escapeLatex(text)
  if (span > 1 || siunitx) return `\\multicolumn{${span}}{c}{${title}}`
  return title
}

/** A rule under every title that stands over more than one column. */
function rulesUnder(cells: readonly HeadCell[], stub: number): string {
  let column = stub + 1
  let rules = ''
  for (const { text, span } of cells) {
    if (text !== '') rules += `\\cmidrule(lr){${column}-${column + span - 1}}`
    column += span
  }
  return rules && `${rules}\n`
}

const commands: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '`': '\\textasciigrave{}',
  // Active in some languages of babel.
  '"': '\\symbol{34}',
  // Behind the end of a row these two would be its options.
  '[': '{[}',
  '*': '{*}',
}

/** What pdfLaTeX has no sign for in text. */
const mathSigns: Record<string, string> = {
  '≤': 'leq',
  '≥': 'geq',
  '≠': 'neq',
  '≈': 'approx',
  '±': 'pm',
  '×': 'times',
  '−': 'mathord-',
  '→': 'rightarrow',
  '∞': 'infty',
  α: 'alpha',
  β: 'beta',
  λ: 'lambda',
  μ: 'mu',
  σ: 'sigma',
  τ: 'tau',
  χ: 'chi',
  Δ: 'Delta',
}

/** A text that shows as it is; blanks of any kind become one space, other control characters go. */
export function escapeLatex(text: string): string {
  return (
    text
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\p{Cc}/gu, '')
      .replaceAll(/[\\~^<>|`"[*{}$&#_%]/g, (sign) => commands[sign] ?? `\\${sign}`)
      .replaceAll(/[≤≥≠≈±×−→∞αβλμστχΔ]/g, (sign) => `\\ensuremath{\\${mathSigns[sign] ?? ''}}`)
      // Two of these would be set as one dash or quotation mark.
      .replaceAll(/([-',])(?=\1)/g, '$1{}')
  )
}

const style: ReadableStyle = {
  nothing: '--',
  minus: '$-$',
  plusMinus: ' $\\pm$ ',
  escape: escapeLatex,
  bold: (text) => `\\textbf{${text}}`,
  aside: (text) => ` {\\footnotesize ${text}}`,
  raised: (text) => `\\textsuperscript{${text}}`,
}

const line = (cells: string[]): string => `${cells.join(' & ')} \\\\\n`
