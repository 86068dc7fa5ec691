import type { HeadlineMetric } from '../results/headline-metrics.ts'
import { headlineMetrics, metricsNamed } from '../results/headline-metrics.ts'
import { groupRuns, type RunGroup, type Spread } from '../results/group.ts'
import type { RunSummary } from '../results/summarize.ts'
import { formatNumber, formatRate, formatTime, none } from './format.ts'
import { formatTable, type TableColumn } from './table.ts'

const format = ({ kind }: HeadlineMetric, value: number | null | undefined): string =>
  kind === 'rate' ? formatRate(value) : formatNumber(value)

/** The table of `virtlab runs`. */
export function formatRuns(summaries: RunSummary[]): string {
  const columns: TableColumn<RunSummary>[] = [
    { title: 'id', value: ({ run }) => run.id },
    { title: 'name', value: ({ run }) => run.name },
    { title: 'model', value: ({ run }) => run.config?.model.type ?? none },
    { title: 'data', value: ({ data }) => data },
    {
      title: 'status',
      value: ({ run }) => run.status + (run.deletedAt === null ? '' : ' (deleted)'),
    },
    { title: 'seed', value: ({ run }) => String(run.seed), align: 'right' },
    ...metricsNamed('dev/accuracy', 'test/accuracy', 'dev/loss', 'train/steps_per_second').map(
      (metric): TableColumn<RunSummary> => ({
        title: metric.title,
        value: ({ values }) => format(metric, values.get(metric.key)),
        align: 'right',
      }),
    ),
    { title: 'when', value: ({ run }) => formatTime(run.startedAt ?? run.createdAt) },
  ]
  return formatTable(columns, summaries)
}

/**
 * One row a group of seeds: mean ± standard deviation over the completed runs. The number of runs stands
 * in a column of its own.
 */
export function formatGroups(
  summaries: RunSummary[],
  shown: readonly HeadlineMetric[] = headlineMetrics,
): string {
  const groups = groupRuns(summaries)
  const metrics = shown.filter(({ key }) => groups.some(({ spreads }) => spreads.has(key)))
  const columns: TableColumn<RunGroup>[] = [
    { title: 'name', value: ({ name }) => name },
    { title: 'model', value: ({ summaries: [first] }) => first?.run.config?.model.type ?? none },
    { title: 'data', value: ({ summaries: [first] }) => first?.data ?? none },
    { title: 'n', value: countOf, align: 'right' },
    ...metrics.map((metric): TableColumn<RunGroup> => ({
      title: metric.title,
      value: ({ spreads }) => formatSpread(metric, spreads.get(metric.key)),
      align: 'right',
    })),
  ]
  return formatTable(columns, groups)
}

/** `3`, or `2 of 3` where a run is not completed. */
function countOf({ completed, summaries }: RunGroup): string {
  return completed === summaries.length ? String(completed) : `${completed} of ${summaries.length}`
}

export function formatSpread(metric: HeadlineMetric, spread: Spread | undefined): string {
  if (!spread) return none
  const mean = format(metric, spread.mean)
  return spread.std === null ? mean : `${mean} ± ${format(metric, spread.std)}`
}
