import { z } from 'zod'
import { bytes, call, runId, runIds } from './call.ts'
import { runQuery } from './run-query.ts'
import { xAxes } from './series.ts'

export const exportFormats = ['csv', 'json', 'md', 'latex', 'html', 'xlsx', 'tsv'] as const
export type ExportFormat = (typeof exportFormats)[number]
const format = z.enum(exportFormats)

/** A file for the user to save; `text` formats are UTF-8. */
export const file = z.strictObject({ fileName: z.string(), mimeType: z.string(), data: bytes })

export const exportCalls = {
  /** What `virtlab export` writes of runs. */
  'export.run': call(
    z.strictObject({
      ids: runIds.min(1),
      what: z.enum(['metrics', 'points', 'predictions', 'config']),
      format,
      group: z.boolean().default(false),
    }),
    file,
  ),
  /** The runs table as it is shown: all rows of the query, with its columns under these titles. */
  'export.table': call(
    z.strictObject({ query: runQuery, titles: z.array(z.string()).optional(), format }),
    file,
  ),
  /** The exact points behind a chart: run, name, seed, key, step, epoch or time, value. */
  'export.chartData': call(
    z.strictObject({
      runs: z.array(runId).min(1).max(1000),
      keys: z.array(z.string()).min(1).max(200),
      x: z.enum(xAxes).default('step'),
      range: z.strictObject({ from: z.number().optional(), to: z.number().optional() }).default({}),
      format: z.enum(['csv', 'json']).default('csv'),
    }),
    file,
  ),
}
