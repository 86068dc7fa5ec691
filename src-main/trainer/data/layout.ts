import type { DataSource } from '../../../src-shared/config/data.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { presetLayouts, type PresetLayout } from './presets.ts'
import type { RawCells, RawRow, RawTable } from './readers/reader.ts'

/** Where in a row a column is, and what a person calls it. */
export interface Column {
  key: string | number
  title: string
}

/** Which column is which in one file. */
export interface Layout {
  /** In words, for the report. */
  description: string
  x: Column
  y: Column
  /** Undefined where the file has no such column: an unlabelled test set. */
  label: Column | undefined
  id: Column | undefined
  query: Column | undefined
  /** The first row holds the column names. */
  header: boolean
  /** Cells that a row must have; undefined for rows with keys. */
  width: number | undefined
  /** Trailing cells may be missing. */
  ragged: boolean
}

/** Rows looked at to tell a headerless file from one with an unknown header. */
export const SAMPLE_ROWS = 200

/**
 * Decides which column is which: own `columns` first, then the named preset, then what the header, the
 * first row's keys or (label_first) the first rows tell.
 * @throws UserError naming the file where a column is missing or nothing fits.
 */
export function resolveLayout(
  source: Pick<DataSource, 'path' | 'preset' | 'columns'>,
  table: RawTable,
  sample: readonly RawRow[],
): Layout {
  const first = sample.find((row) => row.cells !== undefined)
  if (!first?.cells && !table.columns) {
    throw new UserError('the file has only blank lines', { where: source.path })
  }
  const cells = first?.cells ?? []
  const shape: Shape = table.columns
    ? { path: source.path, names: table.columns, keyed: true, positions: table.columns.length }
    : Array.isArray(cells)
      ? { path: source.path, names: cells.map(headerCell), keyed: false, positions: cells.length }
      : { path: source.path, names: keysOf(sample), keyed: true, positions: undefined }

  if (source.columns) return ownColumns(source.columns, shape, table.columns)
  if (source.preset === 'label_first') return labelFirst(shape)
  if (source.preset) {
    return fromPreset(source.preset, presetLayouts[source.preset], shape, 'given')
  }
  for (const [name, preset] of Object.entries(presetLayouts)) {
    if (fits(preset, shape.names)) return fromPreset(name, preset, shape, 'told from the columns')
  }
  if (looksLabelFirst(sample)) return labelFirst(shape)
  throw new UserError(`the columns fit no known layout: ${shape.names.map(quote).join(', ')}`, {
    where: source.path,
    fix: looksCommaSeparated(shape)
      ? 'there is one column only: if it is comma-separated, set format: csv'
      : 'say which is which, e.g. columns: { x: premise, y: hypothesis, label: label } (0, 1, 2 where there is no header), or name a preset',
  })
}

interface Shape {
  path: string
  /** Header cells or keys. */
  names: readonly string[]
  /** Rows are objects with these keys; else arrays whose first row may be a header. */
  keyed: boolean
  /** How many columns can be named by position; undefined for JSON objects, which have no order. */
  positions: number | undefined
}

/** Every key of the sample: a row may leave out what is null. */
function keysOf(sample: readonly RawRow[]): string[] {
  return [...new Set(sample.flatMap(({ cells }) => Object.keys(cells ?? {})))]
}

function headerCell(cell: unknown): string {
  return typeof cell === 'string' ? cell.trim() : JSON.stringify(cell)
}

function fits(preset: PresetLayout, names: readonly string[]): boolean {
  const has = (aliases: readonly string[]): boolean => aliases.some((name) => names.includes(name))
  return has(preset.x) && has(preset.y) && (preset.marks.length === 0 || has(preset.marks))
}

function fromPreset(name: string, preset: PresetLayout, shape: Shape, how: string): Layout {
  const find = (aliases: readonly string[]): Column | undefined => {
    const alias = aliases.find((candidate) => shape.names.includes(candidate))
    return alias === undefined ? undefined : byName(alias, shape)
  }
  const need = (aliases: readonly string[]): Column => {
    const column = find(aliases)
    if (column) return column
    throw missingColumn(aliases, shape, `preset ${name}`)
  }
  return describe(
    {
      x: need(preset.x),
      y: need(preset.y),
      label: find(preset.label),
      id: find(preset.id),
      query: undefined,
      header: !shape.keyed,
      width: shape.keyed ? undefined : shape.names.length,
      ragged: preset.ragged,
    },
    `preset ${name} (${how})`,
  )
}

function labelFirst(shape: Shape): Layout {
  return describe(
    {
      label: byPosition(0, shape),
      x: byPosition(1, shape),
      y: byPosition(2, shape),
      id: undefined,
      query: undefined,
      header: false,
      width: 3,
      ragged: false,
    },
    'preset label_first (no header)',
  )
}

function ownColumns(
  columns: NonNullable<DataSource['columns']>,
  shape: Shape,
  order: readonly string[] | undefined,
): Layout {
  // Names need a header. Positions alone mean that there is none.
  const header = !shape.keyed && Object.values(columns).some((c) => typeof c === 'string')
  const find = (column: string | number): Column => {
    if (typeof column === 'number') {
      const { title } = byPosition(column, shape)
      const name = header || order ? shape.names[column] : undefined
      return { key: order?.[column] ?? column, title: name ? quote(name) : title }
    }
    if (!shape.names.includes(column)) throw missingColumn([column], shape, 'columns')
    return byName(column, shape)
  }
  return describe(
    {
      x: find(columns.x),
      y: find(columns.y),
      label: find(columns.label),
      id: columns.id === undefined ? undefined : find(columns.id),
      query: columns.query === undefined ? undefined : find(columns.query),
      header,
      width: shape.keyed ? undefined : shape.names.length,
      ragged: false,
    },
    shape.keyed || header ? 'own columns' : 'own columns (no header)',
  )
}

function describe(layout: Omit<Layout, 'description'>, start: string): Layout {
  const part = (name: string, column: Column | undefined): string[] =>
    column ? [`${name} = ${column.title}`] : []
  const parts = [
    ...part('X', layout.x),
    ...part('Y', layout.y),
    ...(layout.label ? part('label', layout.label) : ['no label column']),
    ...part('id', layout.id),
    ...part('query', layout.query),
  ]
  return { ...layout, description: `${start}: ${parts.join(', ')}` }
}

function byName(name: string, shape: Shape): Column {
  if (shape.keyed) return { key: name, title: quote(name) }
  const index = shape.names.indexOf(name)
  if (shape.names.lastIndexOf(name) !== index) {
    throw new UserError(`the header names ${quote(name)} more than once`, {
      where: `${shape.path}:1`,
      fix: 'rename one of the two columns',
    })
  }
  return { key: index, title: quote(name) }
}

function byPosition(index: number, shape: Shape): Column {
  if (shape.positions === undefined) {
    throw new UserError('JSON objects have no column order', {
      where: shape.path,
      fix: `name the keys instead of positions: ${shape.names.map(quote).join(', ')}`,
    })
  }
  if (index >= shape.positions) {
    throw new UserError(`there is no column ${index}: the first row has ${shape.positions}`, {
      where: `${shape.path}:1`,
      fix: 'columns are counted from 0; check the format (tsv, csv) too',
    })
  }
  return { key: index, title: `column ${index}` }
}

function missingColumn(names: readonly string[], shape: Shape, asked: string): UserError {
  return new UserError(
    `${asked} wants a column ${names.map(quote).join(' or ')}; the file has ${shape.names.map(quote).join(', ')}`,
    {
      where: `${shape.path}:1`,
      fix: 'set columns: { x, y, label } to names of the file, or check its format (tsv, csv, jsonl)',
    },
  )
}

/**
 * Three columns of which the first repeats a few short values: labels. A header would not repeat.
 */
function looksLabelFirst(sample: readonly RawRow[]): boolean {
  const rows = sample.flatMap(({ cells }) => (Array.isArray(cells) ? [cells as RawCells] : []))
  const labels = rows.map((cells) => (cells as readonly unknown[])[0])
  if (!rows.every((cells) => (cells as readonly unknown[]).length === 3)) return false
  return labels.indexOf(labels[0], 1) > 0 && new Set(labels).size <= Math.max(2, rows.length / 4)
}

function looksCommaSeparated({ names }: Shape): boolean {
  return names.length === 1 && /[,;]/.test(names[0] ?? '')
}

/** Titles stand in messages: a long first data row taken for a header is cut short. */
function quote(name: string): string {
  return `"${name.length > 40 ? `${name.slice(0, 40)}…` : name}"`
}
