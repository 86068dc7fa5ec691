import type { EvaluatedTable, TableCell } from '../../src-shared/tables/evaluated.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'
import type { Cell, ExportColumn, ExportTable, HeadCell } from '../export/table.ts'
import { tableNotes } from './notes.ts'

/** An evaluated table for the exporters. */
export function toExportTable(table: EvaluatedTable, recipe: TableRecipe): ExportTable {
  const { stub, columns, values } = table
  const shown = new Set([...columns, ...table.rows].flatMap(({ value }) => value ?? []))
  const [only] = shown
  const hasTitles = shown.size > 1 && recipe.valuesOn === 'columns'
  const titleOf = (value: number | null) => (value === null ? '' : (values[value]?.title ?? ''))
  const stubColumns = stub.map((title, i): ExportColumn => ({
    key: title || `label ${i + 1}`,
    title,
    kind: 'text',
  }))
  const resultColumns = columns.map(({ labels, value }): ExportColumn => {
    const texts = labels.map(({ text }) => text)
    const metric = value === null ? undefined : values[value]?.metric
    const parts = [...texts, ...(hasTitles || texts.length === 0 ? [titleOf(value)] : [])]
    return {
      key:
        [...labels.map((label) => label.value), ...(metric ? [metric] : [])].join(' / ') || 'value',
      title: parts.filter(Boolean).join(' / '),
      kind: 'result',
      percent: values[value ?? 0]?.percent ?? false,
    }
  })
  const titles = hasTitles || columns.every(({ labels }) => labels.length === 0)
  const head = columns[0]
    ? columns[0].labels.map((_, level): HeadCell[] => mergeTitles(table, level))
    : []
  if (titles) head.push(columns.map(({ value }) => ({ text: titleOf(value), span: 1 })))
  const single = shown.size === 1 && !titles ? [`${titleOf(only ?? null)}.`] : []
  return {
    columns: [...stubColumns, ...resultColumns],
    rows: table.rows.map(({ labels, value, cells }): Cell[] => [
      ...labels.map(({ text }) => text),
      ...(stub.length > labels.length ? [titleOf(value)] : []),
      ...cells.map((cell) => exportCell(cell, recipe)),
    ]),
    layout: {
      head,
      stub: stub.length,
      blocks: table.blocks,
      caption: recipe.title ?? recipe.name,
      label: recipe.label ?? null,
      notes: [...single, ...tableNotes(table, recipe)],
    },
  }
}

/** Equal titles side by side are one, unless a title above them parts them. */
function mergeTitles({ columns }: EvaluatedTable, level: number): HeadCell[] {
  const cells: HeadCell[] = []
  columns.forEach(({ labels }, i) => {
    const before = columns[i - 1]?.labels
    const same = before?.slice(0, level + 1).every(({ value }, l) => value === labels[l]?.value)
    const last = cells.at(-1)
    if (same && last) last.span += 1
    else cells.push({ text: labels[level]?.text ?? '', span: 1 })
  })
  return cells
}

function exportCell(cell: TableCell, { missing }: TableRecipe): Cell {
  const { mean, std, n, low, high, delta, bold, text, reference } = cell
  if (mean === null || text === null) return missing
  return {
    mean,
    std,
    n,
    low,
    high,
    delta,
    p: reference?.pAdjusted ?? null,
    bold,
    text,
  }
}
