import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi } from '../src-main/api/index.ts'
import { createCore, type Core } from '../src-main/core.ts'
import { openDataFolder } from '../src-main/data-folder.ts'
import type { CallInput } from '../src-shared/contract/index.ts'
import { fillChartRuns, fillTableRuns } from './synthetic-runs.ts'

/**
 * What the app asks of the database most, timed from a call's input to its checked output, against the
 * same answer got the plain way: exact points instead of rollups, and every run read and sorted in
 * JavaScript instead of one SQL query. `npm run bench:read`.
 */
const repetitions = 5
const folder = mkdtempSync(join(tmpdir(), 'virtlab-bench-'))
try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const rows: string[][] = []
  const row = (what: string, bar: string, ms: number, baseline: string, baselineMs: number) =>
    rows.push([
      what,
      bar,
      format(ms),
      baseline,
      format(baselineMs),
      `${(baselineMs / ms).toFixed(1)} ×`,
    ])

  const charts = open('charts')
  const runs = fillChartRuns(charts.core, { runs: 100, points: 10_000 })
  for (const pixels of [1000, 2000]) {
    const ours = await median(() =>
      charts.api.call('series.buckets', { runs, keys: ['train/loss'], pixels }),
    )
    const plain = await median(() => readExactPoints(charts.core, runs, pixels))
    row(
      `series.buckets, 100 runs × 10,000 points, ${pixels} px`,
      '80 ms',
      ours,
      'exact points, no rollups',
      plain,
    )
  }
  const groups = Array.from({ length: 20 }, (_, i) => ({
    group: String(i),
    runs: runs.slice(i * 5, i * 5 + 5),
  }))
  row(
    'series.group, 20 groups of 5 seeds × 10,000 points, 1000 px',
    '–',
    await median(() =>
      charts.api.call('series.group', { groups, keys: ['train/loss'], pixels: 1000 }),
    ),
    'exact points, no rollups',
    await median(() => readExactPoints(charts.core, runs, 1000)),
  )
  charts.core.close()

  const table = open('table')
  fillTableRuns(table.core, { runs: 10_000, seeds: 5 })
  const accuracy = { kind: 'metric', key: 'dev/accuracy', reading: 'best' } as const
  const queries: [string, CallInput<'runs.list'>][] = [
    ['runs.list, 10,000 runs: grouped, newest first', {}],
    ['… sorted by a metric', { sort: [{ column: accuracy, descending: true }] }],
    [
      '… filtered by setting and metric, sorted by a metric',
      {
        filter: {
          op: 'and',
          of: [
            {
              op: 'test',
              column: { kind: 'config', key: 'model.type' },
              test: 'eq',
              value: 'virt_encoder',
            },
            { op: 'test', column: accuracy, test: 'gt', value: 0.6 },
          ],
        },
        sort: [{ column: accuracy, descending: true }],
      },
    ],
    [
      '… filtered, sorted by a setting, one row a run',
      {
        group: null,
        filter: {
          op: 'or',
          of: [
            { op: 'text', text: 'virt' },
            {
              op: 'test',
              column: { kind: 'config', key: 'training.learningRate' },
              test: 'lt',
              value: 3e-5,
            },
          ],
        },
        sort: [{ column: { kind: 'config', key: 'training.learningRate' } }],
      },
    ],
    [
      '… grouped by model and learning rate',
      {
        group: [
          { kind: 'config', key: 'model.type' },
          { kind: 'config', key: 'training.learningRate' },
        ],
        sort: [{ column: accuracy, descending: true }],
      },
    ],
  ]
  const columns: CallInput<'runs.list'>['columns'] = [
    { kind: 'config', key: 'model.type' },
    { kind: 'config', key: 'training.learningRate' },
    { kind: 'field', field: 'durationSeconds' },
    accuracy,
    { kind: 'metric', key: 'dev/loss', reading: 'min' },
    { kind: 'metric', key: 'train/loss', reading: 'last' },
  ]
  const plain = await median(() => sortInJavaScript(table.core), 1)
  for (const [name, query] of queries) {
    const ours = await median(() => table.api.call('runs.list', { limit: 100, columns, ...query }))
    row(name, '50 ms', ours, 'every run read, sorted in JavaScript', plain)
  }
  row(
    'runs.columns, 10,000 runs',
    '–',
    await median(() => table.api.call('runs.columns', {})),
    'every run read, sorted in JavaScript',
    plain,
  )
  table.core.close()
  print(rows)
}

function open(name: string) {
  const core = createCore({ dataFolder: openDataFolder(join(folder, name)) })
  return { core, api: createApi(core) }
}

/** As a tracker without rollups does it: all points, then min and max for every pixel. */
function readExactPoints(core: Core, runs: string[], pixels: number): number {
  let kept = 0
  for (const id of runs) {
    const { step, value } = core.store.series.points(core.store.runs.get(id).key, 'train/loss')
    const width = (step.at(-1) ?? 1) / pixels
    const [min, max] = [
      new Float64Array(pixels + 1).fill(Infinity),
      new Float64Array(pixels + 1).fill(-Infinity),
    ]
    step.forEach((at, i) => {
      const pixel = Math.floor(at / width)
      min[pixel] = Math.min(min[pixel]!, value[i]!)
      max[pixel] = Math.max(max[pixel]!, value[i]!)
    })
    kept += min.length + max.length
  }
  return kept
}

/** Every run with its last and best value, then grouped and sorted outside of the database. */
function sortInJavaScript(core: Core): number {
  const { runs, series } = core.store
  const groups = Map.groupBy(runs.list(), ({ groupHash }) => groupHash)
  const means = [...groups].map(([hash, members]) => {
    const values = members.map(({ key }) => series.last(key, 'dev/accuracy')?.value ?? NaN)
    return { hash, mean: values.reduce((a, b) => a + b, 0) / values.length }
  })
  return means.sort((a, b) => b.mean - a.mean).length
}

/**
 * Of processor time, which other programs on the machine do not add to; what is timed is one thread at
 * work without waiting, so on an idle machine it is the time that passes.
 */
async function median(work: () => unknown, times = repetitions): Promise<number> {
  const took: number[] = []
  for (let i = 0; i <= times; i++) {
    const start = process.threadCpuUsage()
    await work()
    const { user, system } = process.threadCpuUsage(start)
    // The first one fills caches.
    if (i > 0 || times === 1) took.push((user + system) / 1000)
  }
  return took.sort((a, b) => a - b)[Math.floor(took.length / 2)]!
}

function format(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
}

function print(rows: string[][]): void {
  const head = [
    'call (median of processor time)',
    'bar',
    'Virtlab',
    'baseline',
    'baseline takes',
    'faster',
  ]
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]!.length)),
  )
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}\n`)
  console.log(line(head))
  console.log(line(widths.map((width) => '-'.repeat(width))))
  for (const row of rows) console.log(line(row))
}
