import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { settingsOf, type ImportFormat, type RunRecord } from '../../../src-shared/run-record.ts'
import type { Core } from '../../core.ts'
import { summarizeRun } from '../../results/summarize.ts'
import type { SeriesSummary } from '../../store/series.ts'
import { withCore } from '../context.ts'
import { formatBytes, formatMs, formatNumber, formatPercent, formatTime, none } from '../format.ts'
import { jsonNumber, summaryForJson } from '../summary-json.ts'
import { formatTable } from '../table.ts'

interface ShowOptions {
  json?: boolean
  logs: string
}

/** `virtlab show RUN` */
export function addShow(program: Command): void {
  program
    .command('show')
    .description('Everything that is stored of a run.')
    .argument('<run>', 'its id, the first letters of it, or its name')
    .option('--logs <n>', 'log lines to show, from the end', '10')
    .option('--json', 'as JSON')
    .action(async (reference: string, options: ShowOptions, command: Command) => {
      await withCore(command, (core) => {
        const run = core.store.runs.find(reference, { deleted: true })
        console.log(options.json ? toJson(core, run) : describe(core, run, Number(options.logs)))
      })
    })
}

function describe(core: Core, run: RunRecord, logLines: number): string {
  const { store } = core
  const { details } = store
  return [
    section('', head(core, run)),
    section('Configuration', stringify(settingsOf(run)).trimEnd()),
    section('Facts', stringify(run.facts, { aliasDuplicateObjects: false }).trimEnd()),
    section('Metrics', metricsTable(store.series.summaries(run.key))),
    section(
      `Checkpoints in ${core.runDir(run.id)}`,
      formatTable(
        [
          { title: 'kind', value: ({ kind }) => kind },
          { title: 'step', value: ({ step }) => String(step), align: 'right' },
          { title: 'metric', value: ({ metric }) => formatNumber(metric), align: 'right' },
          { title: 'size', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
          { title: 'sha256', value: ({ sha256 }) => sha256.slice(0, 16) },
          {
            title: 'path',
            value: ({ path }) =>
              existsSync(join(core.runDir(run.id), path)) ? path : `${path} (no longer kept)`,
          },
        ],
        details.checkpoints(run.key),
      ),
    ),
    section(
      'Predictions of the best checkpoint',
      formatTable(
        [
          { title: 'split', value: ({ split }) => split },
          { title: 'examples', value: ({ n }) => String(n), align: 'right' },
          { title: 'correct', value: ({ correct }) => String(correct), align: 'right' },
          { title: 'share', value: ({ n, correct }) => formatPercent(correct / n), align: 'right' },
        ],
        details.predictionCounts(run.key),
      ),
    ),
    section(
      'Attention snapshots',
      formatTable(
        [
          { title: 'source', value: ({ source }) => source },
          { title: 'maps', value: ({ snapshots }) => String(snapshots), align: 'right' },
          { title: 'examples', value: ({ examples }) => String(examples), align: 'right' },
          { title: 'layers', value: ({ layers }) => String(layers), align: 'right' },
          { title: 'steps', value: ({ steps }) => String(steps), align: 'right' },
          { title: 'first', value: ({ firstStep }) => String(firstStep), align: 'right' },
          { title: 'last', value: ({ lastStep }) => String(lastStep), align: 'right' },
          { title: 'size', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
        ],
        details.attentionSummary(run.key),
      ),
    ),
    section('System', systemLines(core, run)),
    section(
      'Log',
      details
        .logs(run.key, logLines)
        .map(({ time, level, source, text }) => {
          const at = new Date(time).toISOString().slice(11, 19)
          return `${at} ${level.padEnd(5)} ${source === 'trainer' ? '' : `[${source}] `}${text}`
        })
        .join('\n'),
    ),
  ].join('\n\n')
}

const section = (title: string, body: string): string => {
  if (!title) return body
  return `${title}\n${'═'.repeat(title.length)}\n${body === '' ? 'none' : body}`
}

function head({ store }: Core, run: RunRecord): string {
  const { provenance, error } = run
  const teacher = run.teacherId === null ? undefined : store.runs.get(run.teacherId)
  const attempts = store.jobs.ofRun(run.id)
  const lines: [string, string | null | undefined][] = [
    [
      'run',
      `${run.id}  ${run.name}, seed ${run.seed}${run.deletedAt === null ? '' : ' (deleted)'}`,
    ],
    ['status', run.status],
    ['error', error && [error.where, error.message].filter(Boolean).join(': ')],
    ['  →', error?.fix],
    ['  stack', error?.stack?.replaceAll('\n', `\n${' '.repeat(12)}`)],
    ['source', sourceOf(run)],
    ['recipe', run.recipe],
    ['teacher', teacher && `${teacher.id}  ${teacher.name} (${teacher.status})`],
    ['backend', run.backend && `${run.backend}, ${run.device ?? none}`],
    [
      'started',
      `${formatTime(run.startedAt)}, trained for ${formatMs(store.jobs.workedMs(run.id))}`,
    ],
    [
      'attempts',
      attempts.length > 1
        ? attempts.map(({ resumeStep }) => `from step ${resumeStep ?? 0}`).join(', ')
        : null,
    ],
    ['command', `virtlab ${provenance.argv.join(' ')}`],
    [
      'made by',
      `Virtlab ${provenance.appVersion} (${provenance.gitCommit ?? 'no git checkout'}), Node ${provenance.nodeVersion}, on ${provenance.host}`,
    ],
  ]
  return lines
    .filter(([, value]) => value)
    .map(([name, value]) => `${name.padEnd(10)}  ${value}`)
    .join('\n')
}

/** Undefined for a run that was made here. */
function sourceOf({ source, importedFrom }: RunRecord): string | undefined {
  const parts = [
    ...(source
      ? [
          `${formatNames[source.format]} run ${source.id}`,
          ...(source.project === null ? [] : [`of ${source.project}`]),
        ]
      : []),
    ...(importedFrom
      ? [
          `imported from ${formatNames[importedFrom.format]} ${importedFrom.path}, ${formatTime(importedFrom.at)}`,
        ]
      : source
        ? [`read from ${source.path}`]
        : []),
  ]
  return parts.length === 0 ? undefined : parts.join(', ')
}

const formatNames: Record<ImportFormat, string> = {
  bundle: 'bundle',
  virtlab: 'data folder',
  tensorboard: 'TensorBoard',
  mlflow: 'MLflow',
  wandb: 'W&B',
}

function metricsTable(summaries: SeriesSummary[]): string {
  const at = (point: SeriesSummary['min']) =>
    point === null ? none : `${formatNumber(point.value)} @${point.step}`
  return formatTable(
    [
      { title: 'key', value: ({ name }) => name },
      { title: 'n', value: ({ n }) => String(n), align: 'right' },
      { title: 'last', value: ({ last }) => at(last), align: 'right' },
      { title: 'min', value: ({ min }) => at(min), align: 'right' },
      { title: 'max', value: ({ max }) => at(max), align: 'right' },
      { title: 'mean', value: ({ mean }) => formatNumber(mean), align: 'right' },
      {
        title: 'NaN or ∞',
        value: ({ nonfinite }) => (nonfinite === 0 ? none : String(nonfinite)),
        align: 'right',
      },
    ],
    summaries,
  )
}

function systemLines({ store }: Core, run: RunRecord): string {
  const samples = store.details.system(run.key)
  if (samples.length === 0) return ''
  const rows = systemColumns.flatMap(({ name, key, format }) => {
    const values = samples.map((sample) => sample[key]).filter((value) => value !== null)
    if (values.length === 0) return []
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return [{ name, mean: format(mean), max: format(Math.max(...values)) }]
  })
  return formatTable(
    [
      { title: `${samples.length} samples`, value: ({ name }) => name },
      { title: 'mean', value: ({ mean }) => mean, align: 'right' },
      { title: 'max', value: ({ max }) => max, align: 'right' },
    ],
    rows,
  )
}

const percent = (value: number) => `${value.toFixed(0)} %`
const systemColumns = [
  { name: 'trainer CPU (of one core)', key: 'cpuPercent', format: percent },
  { name: 'trainer memory', key: 'rssBytes', format: formatBytes },
  { name: 'machine CPU', key: 'machineCpuPercent', format: percent },
  { name: 'machine memory', key: 'machineMemoryUsedBytes', format: formatBytes },
  { name: 'GPU', key: 'gpuPercent', format: percent },
  { name: 'GPU memory', key: 'gpuMemoryUsedBytes', format: formatBytes },
  { name: 'GPU temperature', key: 'gpuTemperatureC', format: (v: number) => `${v.toFixed(0)} °C` },
  { name: 'GPU power', key: 'gpuPowerW', format: (v: number) => `${v.toFixed(0)} W` },
] as const

function toJson(core: Core, run: RunRecord): string {
  const { store } = core
  const point = (p: SeriesSummary['min']) => p && { ...p, value: jsonNumber(p.value) }
  return JSON.stringify(
    {
      ...summaryForJson(summarizeRun(store, run)),
      series: store.series.summaries(run.key).map((series) => ({
        ...series,
        last: point(series.last),
        min: point(series.min),
        max: point(series.max),
      })),
      checkpoints: store.details.checkpoints(run.key),
      predictions: store.details.predictionCounts(run.key),
      attention: store.details.attentionSummary(run.key),
      attempts: store.jobs.ofRun(run.id),
      system: store.details.system(run.key),
    },
    null,
    2,
  )
}
