import { createReadStream, statSync } from 'node:fs'
import { parse } from 'csv-parse'
import { createForeignRuns } from '../foreign-run.ts'
import { ForeignSeries } from '../foreign-series.ts'
import type { Stage } from '../importer.ts'
import { nameOf } from './importer.ts'

/**
 * A chart's "Export as CSV": the first column is the x axis (Step), then `run - metric`, each followed by
 * `…__MIN` and `…__MAX` over what the chart had drawn as one point. Or a history's: a column a metric, `_step`.
 * @param read told how many bytes of the file are read
 */
export async function stageChartCsv(
  file: string,
  stage: Stage,
  read: (bytes: number) => void,
): Promise<void> {
  const { left } = stage
  const input = createReadStream(file)
  const rows = input.pipe(parse({ bom: true, relax_column_count: true }))
  const modified = statSync(file).mtimeMs
  const found = new Map<string, ForeignSeries>()
  let header: string[] | undefined
  let line = 0
  let stepAt = 0
  let timeAt = -1
  const reported = new Set<string>()
  for await (const row of rows as AsyncIterable<string[]>) {
    if (++line % 1000 === 0) read(input.bytesRead)
    if (!header) {
      header = row
      stepAt = Math.max(
        0,
        row.findIndex((name) => /^(_step|step)$/i.test(name)),
      )
      timeAt = row.indexOf('_timestamp')
      continue
    }
    const step = Number(row[stepAt])
    const seconds = timeAt < 0 ? NaN : Number(row[timeAt])
    row.forEach((cell, i) => {
      const title = header?.[i] ?? ''
      if (i === stepAt || cell === '' || title.startsWith('_')) return
      const [run, metric] = splitTitle(title, nameOf(file))
      if (/__(MIN|MAX)$/.test(title) || /_step$/.test(metric)) {
        if (!reported.has(title)) left.add('range', title)
        reported.add(title)
        return
      }
      const value = numberOf(cell)
      if (value === undefined) return left.add('notNumber', title)
      const series = found.get(run) ?? new ForeignSeries()
      found.set(run, series)
      const time = Number.isFinite(seconds) ? seconds * 1000 : modified
      series.push(metric, { step, value, time })
    })
  }
  const runs = createForeignRuns(stage)
  for (const [name, series] of found) {
    const added = runs.add({
      format: 'wandb',
      id: `${nameOf(file)}/${name}`,
      path: file,
      project: nameOf(file),
      name,
      settings: {},
      tags: [],
      notes: '',
      status: 'completed',
      host: '',
      startedAt: modified,
      endedAt: null,
    })
    for (const [metric, points] of series) added?.points(metric, points)
  }
}

function splitTitle(title: string, otherwise: string): [run: string, metric: string] {
  const at = title.lastIndexOf(' - ')
  return at < 0 ? [otherwise, title] : [title.slice(0, at), title.slice(at + 3)]
}

function numberOf(text: string): number | undefined {
  if (/^nan$/i.test(text)) return NaN
  if (/^-?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}
