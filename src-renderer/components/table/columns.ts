export type CellValue = string | number | boolean | null | undefined

export interface Column<Row> {
  id: string
  title: string
  /** Small, behind the title: "%", "n", "best". */
  unit?: string | undefined
  /** In pixels; default 120. */
  width?: number
  /** Shares what is left where the columns are narrower than the table, unless the user has sized it. */
  grow?: boolean
  /** Numbers stand at the `end`. */
  align?: 'start' | 'end'
  /** What is shown unless a `cell-<id>` slot says otherwise. */
  text?: (row: Row) => string
  /** What is sorted by, where the table sorts; default: `text`. */
  value?: (row: Row) => CellValue
  sortable?: boolean
  /** False: always there, e.g. the name. */
  hideable?: boolean
}

/** How a user has arranged a table's columns: plain data, so that it goes into a saved view. */
export interface TableLayout {
  /** Ids in order; columns that are not named follow in their own order. */
  order: string[]
  hidden: string[]
  /** At the left, and staying there while the rest scrolls. */
  pinned: string[]
  /** Pixels by id, where changed. */
  widths: Record<string, number>
}

export const emptyLayout = (): TableLayout => ({ order: [], hidden: [], pinned: [], widths: {} })

export interface SortBy {
  id: string
  descending: boolean
}

export interface PlacedColumn<Row> {
  column: Column<Row>
  width: number
  pinned: boolean
  /** Distance of its left edge from the row's, in pixels. */
  left: number
}

export const minColumnWidth = 48
const usualWidth = 120

/**
 * The shown columns in their order, pinned ones first, each with its place. `start`: pixels in front;
 * `available`: the table's width, which the growing columns fill.
 */
export function placeColumns<Row>(
  columns: readonly Column<Row>[],
  layout: TableLayout,
  start = 0,
  available = 0,
): PlacedColumn<Row>[] {
  const rank = new Map(layout.order.map((id, index) => [id, index]))
  const placeOf = ({ id }: Column<Row>) => rank.get(id) ?? layout.order.length
  const shown = columns
    .filter(({ id, hideable }) => hideable === false || !layout.hidden.includes(id))
    .toSorted((a, b) => placeOf(a) - placeOf(b))
  const isPinned = ({ id }: Column<Row>) => layout.pinned.includes(id)
  const widthOf = ({ id, width = usualWidth }: Column<Row>) => layout.widths[id] ?? width
  const growing = shown.filter(({ id, grow }) => grow && !(id in layout.widths))
  const total = shown.reduce((sum, column) => sum + widthOf(column), start)
  const share = Math.floor(Math.max(0, available - total) / Math.max(1, growing.length))
  let left = start
  return [...shown.filter(isPinned), ...shown.filter((column) => !isPinned(column))].map(
    (column) => {
      const width = widthOf(column) + (growing.includes(column) ? share : 0)
      const placed = { column, width, pinned: isPinned(column), left }
      left += width
      return placed
    },
  )
}

/** The sorting after a click on a column's title: ascending, descending, none. `add` keeps the others. */
export function nextSort(sort: readonly SortBy[], id: string, add: boolean): SortBy[] {
  const current = sort.find((by) => by.id === id)
  const others = add ? sort.filter((by) => by.id !== id) : []
  if (!current) return [...others, { id, descending: false }]
  if (!current.descending) return [...others, { id, descending: true }]
  return others
}

const collators = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Sorts a copy; what has no value comes last in both directions. Stable. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: readonly SortBy[],
): readonly Row[] {
  const keys = sort.flatMap(({ id, descending }) => {
    const column = columns.find((other) => other.id === id)
    if (!column) return []
    const read = column.value ?? column.text ?? (() => null)
    return [{ values: rows.map(read), sign: descending ? -1 : 1 }]
  })
  if (keys.length === 0) return rows
  const indices = rows.map((_, index) => index)
  indices.sort((a, b) => {
    for (const { values, sign } of keys) {
      const order = compareCells(values[a], values[b], sign)
      if (order !== 0) return order
    }
    return a - b
  })
  // Every index is one of a row; `as` because rows may themselves be arrays or undefined.
  return indices.map((index) => rows[index] as Row)
}

function compareCells(a: CellValue, b: CellValue, sign: number): number {
  const aMissing = isMissing(a)
  const bMissing = isMissing(b)
  if (aMissing || bMissing) return Number(aMissing) - Number(bMissing)
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * collators.compare(String(a), String(b))
}

const isMissing = (value: CellValue) => value === null || value === undefined || Number.isNaN(value)
