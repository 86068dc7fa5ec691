import type { Spread } from '../results/group.ts'

/** A cell: a text, a number at full precision, a mean over seeds, or nothing. */
export type Cell = string | number | boolean | null | Spread

export interface ExportColumn {
  /** For programs: the name in CSV and JSON. */
  key: string
  /** For people: the title in Markdown and LaTeX. */
  title: string
  kind: 'text' | 'number' | 'spread'
}

/** What is exported, before it has a format. Rows come one by one: a run can have millions of points. */
export interface ExportTable {
  columns: ExportColumn[]
  rows: Iterable<Cell[]>
}

/** A format. `render` yields the file piece by piece. */
export interface Exporter {
  format: string
  /** For --help. */
  summary: string
  render(table: ExportTable): Iterable<string>
}

export function isSpread(cell: Cell | undefined): cell is Spread {
  return typeof cell === 'object' && cell !== null
}
