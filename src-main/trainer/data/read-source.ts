import { basename } from 'node:path'
import type { DataSource } from '../../../src-shared/config/data.ts'
import type { FileReport } from './dataset.ts'
import { resolveLayout, SAMPLE_ROWS, type Column, type Layout } from './layout.ts'
import { formatOf, readers, type FileFormat } from './readers/index.ts'
import type { RawCells, RawRow, RawTable } from './readers/reader.ts'
import { RowLedger, type SkipKind } from './report.ts'

/** A row that can be used, its label still by name. */
export interface SourceRow {
  id: string
  x: string
  y: string
  label: string
  /** What it is a candidate for; of a file with a column for that. */
  query?: string
  line: number
}

export interface SourceRows {
  rows: SourceRow[]
  report: FileReport & { format: FileFormat }
}

/** SNLI and MultiNLI mark pairs on which the annotators did not agree. */
const NO_GOLD_LABEL = '-'
/** Rows that a file must have before its first one is suspected to be a header. */
const ROWS_TO_SUSPECT_HEADER = 3

/**
 * Reads one file of pairs. Every row is kept or counted as skipped with its reason and line.
 * @throws UserError for a file, column, line or character that makes the rest unreadable, and where
 * more rows are faulty than a sound file has (docs/data.md lists which is which).
 */
export async function readSource(source: DataSource): Promise<SourceRows> {
  const format = formatOf(source)
  const table = await readers[format](source.path)
  const { layout, rows: rawRows } = await openLayout(source, table)
  const ledger = new RowLedger(source.path)
  const notes: string[] = []
  const rows: SourceRow[] = []
  const readRow = rowReader(source.path, layout, table)

  let header = layout.header
  for await (const { line, cells } of rawRows) {
    if (header && cells !== undefined) {
      header = false
      continue
    }
    if (rows.length === source.limit) {
      notes.push(`stopped at the limit of ${source.limit} rows, before line ${line}`)
      break
    }
    ledger.read()
    if (cells === undefined) ledger.skip(line, 'blank line', 'unusable')
    else {
      const result = readRow(cells, line)
      if ('reason' in result) ledger.skip(line, result.reason, result.kind)
      else rows.push(result)
    }
  }
  ledger.assertFewFaults()
  if (headerTakenForRow(source, layout, rows)) {
    const row = rows.shift()
    ledger.skip(
      row?.line ?? 1,
      `looks like a header (no other row has the label "${row?.label}")`,
      'unusable',
    )
  }
  notes.push(...makeIdsUnique(rows))
  if (format === 'tsv') notes.push(...quotedTexts(rows))

  return {
    rows,
    report: {
      path: source.path,
      format,
      layout: layout.description,
      rowsRead: ledger.rowsRead,
      rowsKept: rows.length,
      skipped: ledger.skipped,
      labelCounts: countLabels(rows),
      notes,
    },
  }
}

/** Looks at the first rows to find the layout; the rows that follow start with these again. */
async function openLayout(
  source: DataSource,
  table: RawTable,
): Promise<{ layout: Layout; rows: AsyncIterable<RawRow> }> {
  if (table.columns) {
    const layout = resolveLayout(source, table, [])
    const wanted = [layout.x, layout.y, layout.label, layout.id, layout.query].flatMap((column) =>
      column ? [String(column.key)] : [],
    )
    return { layout, rows: table.rows([...new Set(wanted)]) }
  }
  const iterator = table.rows()[Symbol.asyncIterator]()
  const sample: RawRow[] = []
  while (sample.length < SAMPLE_ROWS) {
    const next = await iterator.next()
    if (next.done) break
    sample.push(next.value)
  }
  const rows = (async function* () {
    yield* sample
    // Delegates the early return too, so that a limit closes the file.
    yield* { [Symbol.asyncIterator]: () => iterator }
  })()
  return { layout: resolveLayout(source, table, sample), rows }
}

type Skip = { reason: string; kind: SkipKind }

function rowReader(
  path: string,
  layout: Layout,
  table: RawTable,
): (cells: RawCells, line: number) => SourceRow | Skip {
  const file = basename(path)
  const classNames = layout.label ? table.classNames(String(layout.label.key)) : undefined
  const lastNeeded = Math.max(
    ...[layout.x, layout.y, layout.label, layout.query].map((c) =>
      typeof c?.key === 'number' ? c.key : -1,
    ),
  )
  return (cells, line) => {
    const misfit = checkShape(cells, layout, lastNeeded)
    if (misfit) return misfit
    const x = textOf(cells, layout.x)
    if (typeof x !== 'string') return x
    const y = textOf(cells, layout.y)
    if (typeof y !== 'string') return y
    const label = labelOf(cells, layout.label, classNames)
    if (typeof label !== 'string') return label
    const id = layout.id ? scalar(cellOf(cells, layout.id))?.trim() : undefined
    const row = { id: id ? id : `${file}:${line}`, x, y, label, line }
    if (!layout.query) return row
    const query = scalar(cellOf(cells, layout.query))?.trim()
    return query ? { ...row, query } : { reason: `no ${layout.query.title}`, kind: 'unusable' }
  }
}

function checkShape(cells: RawCells, layout: Layout, lastNeeded: number): Skip | undefined {
  const { width } = layout
  if (!Array.isArray(cells)) {
    if (width === undefined) return undefined
    return { reason: 'a JSON object among arrays', kind: 'fault' }
  }
  if (width === undefined) return { reason: 'a JSON array among objects', kind: 'fault' }
  const n = cells.length
  if (n === width || (layout.ragged && n < width && n > lastNeeded)) return undefined
  return { reason: `${n} ${n === 1 ? 'column' : 'columns'} instead of ${width}`, kind: 'fault' }
}

function cellOf(cells: RawCells, { key }: Column): unknown {
  // Own properties only: a column may be named like a method of Object.
  return Object.hasOwn(cells, key)
    ? (cells as Readonly<Record<string | number, unknown>>)[key]
    : undefined
}

/** Strings, numbers and booleans as text; undefined for anything else. */
function scalar(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') {
    return String(cell)
  }
  return undefined
}

function textOf(cells: RawCells, column: Column): string | Skip {
  const cell = cellOf(cells, column)
  if (cell === undefined) return { reason: `no ${column.title}`, kind: 'fault' }
  const text = cell === null ? '' : scalar(cell)
  if (text === undefined) return { reason: `${column.title} is not text`, kind: 'fault' }
  if (text.trim() === '') return { reason: `empty text in ${column.title}`, kind: 'unusable' }
  return text
}

function labelOf(
  cells: RawCells,
  column: Column | undefined,
  classNames: readonly string[] | undefined,
): string | Skip {
  if (!column) return { reason: 'no label (the file has no label column)', kind: 'unusable' }
  const cell = cellOf(cells, column)
  const label = cell === undefined || cell === null ? '' : scalar(cell)?.trim()
  if (label === undefined) return { reason: `${column.title} is not a label`, kind: 'fault' }
  if (label === '') return { reason: `no label in ${column.title}`, kind: 'unusable' }
  if (label === NO_GOLD_LABEL) {
    return { reason: `no gold label ("-" in ${column.title})`, kind: 'unusable' }
  }
  if (!classNames) return label
  // Hugging Face writes −1 for the labels that a test set keeps back.
  if (label === '-1') return { reason: `no label (−1 in ${column.title})`, kind: 'unusable' }
  return classNames[Number(label)] ?? label
}

/** Columns were given by position only, so no header was expected, yet the first row's label is alone. */
function headerTakenForRow(
  source: DataSource,
  layout: Layout,
  rows: readonly SourceRow[],
): boolean {
  const [first, ...others] = rows
  return (
    source.columns !== undefined &&
    layout.width !== undefined &&
    !layout.header &&
    others.length >= ROWS_TO_SUSPECT_HEADER &&
    others.every(({ label }) => label !== first?.label)
  )
}

/** Tab-separated files are read with quoting off; doubled quotes in a quoted field tell another tale. */
function quotedTexts(rows: readonly SourceRow[]): string[] {
  const quoted = (text: string): boolean =>
    text.startsWith('"') && text.endsWith('"') && text.slice(1, -1).includes('""')
  const count = rows.filter(({ x, y }) => quoted(x) || quoted(y)).length
  if (count === 0) return []
  return [`${count} rows hold texts like "a ""b""": if the file quotes its fields, set format: csv`]
}

/** A repeated id gets its line appended. */
function makeIdsUnique(rows: SourceRow[]): string[] {
  const taken = new Set<string>()
  let repeated = 0
  for (const row of rows) {
    if (taken.has(row.id)) repeated++
    while (taken.has(row.id)) row.id += `:${row.line}`
    taken.add(row.id)
  }
  if (repeated === 0) return []
  return [`${repeated} ids occurred before in the file; their line was appended`]
}

function countLabels(rows: readonly SourceRow[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a], [b]) => compareLabels(a, b)))
}

/** Numbers by value, then other names by code unit: the same order on every machine. */
export function compareLabels(a: string, b: string): number {
  const [na, nb] = [Number(a), Number(b)]
  if (Number.isNaN(na) !== Number.isNaN(nb)) return Number.isNaN(na) ? 1 : -1
  if (!Number.isNaN(na) && na !== nb) return na - nb
  return a < b ? -1 : a > b ? 1 : 0
}
