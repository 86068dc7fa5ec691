import type { ExportFormat } from '../../src-shared/contract/export.ts'
import type { CellText } from '../../src-shared/tables/evaluated.ts'
import type { Spread } from '../results/group.ts'

/** A mean over seeds in a result table: the numbers, and how they are printed. */
export interface ResultCell extends Spread {
  /** 95 % interval over seeds. */
  low: number | null
  high: number | null
  /** From the reference; and the corrected p of that difference. */
  delta: number | null
  p: number | null
  bold: boolean
  text: CellText
}

/** A cell: a text, a number at full precision, a mean over seeds, or nothing. */
export type Cell = string | number | boolean | null | Spread | ResultCell

export interface ExportColumn {
  /** For programs: the name in CSV and JSON. */
  key: string
  /** For people: the title in Markdown and LaTeX. */
  title: string
  kind: 'text' | 'number' | 'spread' | 'result'
  /** Numbers are shares, printed times 100. */
  percent?: boolean
  /** For people numbers have so many significant digits (times, work); undefined: the decimals of scores. */
  significant?: number
}

/** A title over one or more columns. */
export interface HeadCell {
  text: string
  /** Columns it stands over. */
  span: number
}

/** What makes a result table more than rows: titles of titles, rows in blocks, and what is said around it. */
export interface TableLayout {
  /** Rows of titles over the columns behind the stub, the last one right above the numbers. */
  head: HeadCell[][]
  /** So many first columns name the row; equal ones below each other are one. */
  stub: number
  /** So many of them are blocks, with a rule between. */
  blocks: number
  caption: string
  /** For \\label; null: none. */
  label: string | null
  notes: string[]
}

/** What is exported, before it has a format. Rows come one by one: a run can have millions of points. */
export interface ExportTable {
  columns: ExportColumn[]
  rows: Iterable<Cell[]>
  layout?: TableLayout
}

export interface ExportOptions {
  /** LaTeX: numbers in siunitx's S columns. */
  siunitx?: boolean
}

/** A format. `render` yields the file piece by piece. */
export interface Exporter {
  format: ExportFormat
  extension: string
  mimeType: string
  /** For --help. */
  summary: string
  render(
    table: ExportTable,
    options?: ExportOptions,
  ): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
}

export function isSpread(cell: Cell | undefined): cell is Spread | ResultCell {
  return typeof cell === 'object' && cell !== null
}

export const isResult = (cell: Cell | undefined): cell is ResultCell =>
  isSpread(cell) && 'text' in cell

/** The numbers of a mean, in the order of their columns in CSV and in workbooks. */
export const spreadParts = ['mean', 'std', 'n'] as const
export const resultParts = ['mean', 'std', 'n', 'low', 'high', 'delta', 'p'] as const

/** How a column's cells are written as plain numbers; undefined: as they are. */
export function partsOf({
  kind,
}: ExportColumn): readonly (typeof resultParts)[number][] | undefined {
  if (kind === 'result') return resultParts
  return kind === 'spread' ? spreadParts : undefined
}
