import { createReadStream, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createForeignRuns } from '../foreign-run.ts'
import { ForeignSeries } from '../foreign-series.ts'
import type { Stage } from '../importer.ts'
import { nameOf } from './importer.ts'

/**
 * A run's history, an object a line: `_step`, `_timestamp` (seconds), and a key a metric; others are told of.
 * @param read told how many bytes of the file are read
 */
export async function stageHistory(
  file: string,
  stage: Stage,
  read: (bytes: number) => void,
): Promise<void> {
  const { left } = stage
  const series = new ForeignSeries()
  const modified = statSync(file).mtimeMs
  let [first, last] = [Infinity, -Infinity]
  let line = 0
  const input = createReadStream(file)
  for await (const text of createInterface({ input })) {
    line++
    if (line % 1000 === 0) read(input.bytesRead)
    if (text.trim() === '') continue
    const row = parseRow(text)
    if (!row) {
      left.add('unreadable', `${file}:${line}`)
      continue
    }
    const step = Number(row['_step'] ?? line - 1)
    const seconds = Number(row['_timestamp'] ?? NaN)
    const time = Number.isFinite(seconds) ? seconds * 1000 : modified
    first = Math.min(first, time)
    last = Math.max(last, time)
    for (const [key, value] of Object.entries(row)) {
      if (key.startsWith('_') || value === null) continue
      const number = numberOf(value)
      if (number === undefined) {
        const isHistogram =
          typeof value === 'object' && '_type' in value && value._type === 'histogram'
        left.add(
          isHistogram ? 'histogram' : typeof value === 'object' ? 'nested' : 'notNumber',
          key,
        )
        continue
      }
      series.push(key, { step, value: number, time })
    }
  }
  if (series.size === 0) return left.add('emptyRun', file)
  const added = createForeignRuns(stage).add({
    format: 'wandb',
    id: `${nameOf(file)}/history`,
    path: file,
    project: null,
    name: nameOf(file),
    settings: {},
    tags: [],
    notes: '',
    status: 'completed',
    host: '',
    startedAt: first,
    endedAt: last,
  })
  for (const [key, points] of series) added?.points(key, points)
}

function parseRow(text: string): Record<string, unknown> | undefined {
  try {
    const row: unknown = JSON.parse(text)
    return typeof row === 'object' && row !== null && !Array.isArray(row)
      ? (row as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** JSON has no NaN and no infinity; exports write them as text. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (value === 'NaN') return NaN
  if (value === 'Infinity' || value === '-Infinity') return Number(value)
  return undefined
}
