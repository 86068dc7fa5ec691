import type { z } from 'zod'
import type { ExportFormat, file } from '../../src-shared/contract/export.ts'
import type { Cell as TableCell, ColumnRef } from '../../src-shared/contract/run-query.ts'
import { UserError } from '../../src-shared/errors.ts'
import { exportContents } from '../export/contents/index.ts'
import { exporters } from '../export/exporters.ts'
import type { Cell, ExportColumn, ExportOptions, ExportTable } from '../export/table.ts'
import type { ApiContext, Handlers } from './context.ts'
import { chartTable } from './export-chart.ts'
import { createRunLister } from './runs/list.ts'

type File = z.infer<typeof file>

/** More is for the command line, which writes piece by piece. */
const maxBytes = 200 * 2 ** 20

export function exportHandlers(
  context: ApiContext,
): Handlers<'export.run' | 'export.table' | 'export.chartData'> {
  const { store } = context.core
  const list = createRunLister(store.db)
  return {
    'export.run'({ ids, what, format, group }) {
      const content = exportContents.find((one) => one.what === what)
      if (!content) throw new Error(`nothing exports ${what}`)
      const runs = ids.map((id) => store.runs.get(id))
      const name = runs.length === 1 ? `${runs[0]?.name}-${what}` : what
      return render(content.table(store, runs, { group }), format, name)
    },
    'export.table'({ query, titles, format }) {
      const { rows } = list(query, { offset: 0, limit: 1_000_000 })
      const columns = query.columns.map((column, i): ExportColumn => {
        const key = keyOf(column)
        const isMetric = column.kind === 'metric' && query.group !== null
        const isNumber = rows.some(({ cells }) => typeof cells[i] === 'number')
        const kind = isMetric ? 'spread' : isNumber ? 'number' : 'text'
        return { key, title: titles?.[i] ?? key, kind }
      })
      const cells = rows.map(({ cells }) => cells.map(exportCell))
      return render({ columns, rows: cells }, format, 'runs')
    },
    'export.chartData': ({ format, ...chart }) =>
      render(chartTable(context, chart), format, 'chart'),
  }
}

/** A table as a file of this format. */
export async function render(
  table: ExportTable,
  format: ExportFormat,
  name: string,
  options: ExportOptions = {},
): Promise<File> {
  const exporter = exporters.find((one) => one.format === format)
  if (!exporter) throw new Error(`no exporter writes ${format}`)
  const parts: Buffer[] = []
  let size = 0
  for await (const piece of exporter.render(table, options)) {
    const part = Buffer.from(piece)
    size += part.length
    if (size > maxBytes) {
      throw new UserError(`this would be more than ${maxBytes / 2 ** 20} MiB`, {
        fix: 'Export fewer runs, or use `virtlab export`, which writes to a file.',
      })
    }
    parts.push(part)
  }
  const { extension, mimeType } = exporter
  const fileName = `${fileNameOf(name)}.${extension}`
  return { fileName, mimeType, data: new Uint8Array(Buffer.concat(parts)) }
}

/** Without what file systems or shells take amiss. */
export const fileNameOf = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-')

function keyOf(column: ColumnRef): string {
  switch (column.kind) {
    case 'field':
      return column.field
    case 'config':
      return column.key
    case 'metric':
      return `${column.key} (${column.reading})`
    case 'level':
      return column.factor
  }
}

function exportCell(cell: TableCell): Cell {
  if (typeof cell !== 'object' || cell === null) return cell
  return 'distinct' in cell
    ? `${cell.distinct} different`
    : { mean: cell.mean, std: cell.std, n: cell.n }
}
