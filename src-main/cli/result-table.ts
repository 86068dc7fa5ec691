import type { EvaluatedTable, TableCell } from '../../src-shared/tables/evaluated.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'
import { readable, type ReadableStyle } from '../export/for-people.ts'
import type { Cell } from '../export/table.ts'
import { toExportTable } from '../tables/export-table.ts'
import { warningText } from '../tables/notes.ts'
import { formatTable, type TableColumn } from './table.ts'

interface Row {
  cells: TableCell[]
  exported: Cell[]
}

/** A result table for a terminal, with what a reader has to know below it. `colours`: bold is bold, else `**`. */
export function formatResults(
  table: EvaluatedTable,
  recipe: TableRecipe,
  colours: boolean,
): string {
  const { columns: titles, rows, layout } = toExportTable(table, recipe)
  const stub = table.stub.length
  const style = terminalStyle(colours)
  const columns = titles.map(({ title }, i): TableColumn<Row> => {
    if (i < stub) return { title, value: ({ exported }) => readable(exported[i] ?? null, style) }
    const value = ({ cells, exported }: Row) => cellOf(cells[i - stub], exported[i], style)
    return { title, align: 'right', value }
  })
  const lines = [...rows].map((exported, i) => ({ exported, cells: table.rows[i]?.cells ?? [] }))
  const pending = table.pending > 0 ? [`${table.pending} runs are still to come.`] : []
  return [
    layout?.caption ?? '',
    '',
    formatTable(columns, lines),
    '',
    ...(layout?.notes ?? []),
    ...table.warnings.map((warning) => `! ${warningText(warning)}`),
    `${table.runs} runs.`,
    ...pending,
    '',
  ].join('\n')
}

function cellOf(
  cell: TableCell | undefined,
  exported: Cell | undefined,
  style: ReadableStyle,
): string {
  if (cell?.text) return readable(exported ?? null, style)
  if (cell && isPending(cell)) return '…'
  return cell?.reason ?? readable(exported ?? null, style)
}

const terminalStyle = (colours: boolean): ReadableStyle => ({
  nothing: '–',
  minus: '−',
  plusMinus: ' ± ',
  escape: (text) => text,
  bold: (text) => (colours ? `\x1b[1m${text}\x1b[0m` : `**${text}**`),
  aside: (text) => ` ${text}`,
  raised: (text) => text,
})

const isPending = ({ others }: TableCell): boolean =>
  ['queued', 'running', 'not_started'].some((status) => (others[status] ?? 0) > 0)
