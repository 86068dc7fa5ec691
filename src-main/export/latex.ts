import { readable, type ReadableStyle } from './for-people.ts'
import type { Exporter } from './table.ts'

/** A booktabs tabular, to be put in a table environment; wants UTF-8 and \usepackage{booktabs}. */
export const latex: Exporter = {
  format: 'latex',
  summary: 'a LaTeX tabular with booktabs rules',
  *render({ columns, rows }) {
    yield '% needs \\usepackage{booktabs}\n'
    yield `\\begin{tabular}{${columns.map(({ kind }) => (kind === 'text' ? 'l' : 'r')).join('')}}\n`
    yield '\\toprule\n'
    yield line(columns.map(({ title }) => escapeLatex(title)))
    yield '\\midrule\n'
    for (const row of rows) yield line(row.map((cell) => readable(cell, style)))
    yield '\\bottomrule\n\\end{tabular}\n'
  },
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

/** A text that shows as it is; blanks of any kind become one space, other control characters go. */
export function escapeLatex(text: string): string {
  return (
    text
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\p{Cc}/gu, '')
      .replaceAll(/[\\~^<>|`"[*{}$&#_%]/g, (sign) => commands[sign] ?? `\\${sign}`)
      // Two of these would be set as one dash or quotation mark.
      .replaceAll(/([-',])(?=\1)/g, '$1{}')
  )
}

const style: ReadableStyle = {
  nothing: '--',
  minus: '$-$',
  plusMinus: ' $\\pm$ ',
  escape: escapeLatex,
}

const line = (cells: string[]): string => `${cells.join(' & ')} \\\\\n`
