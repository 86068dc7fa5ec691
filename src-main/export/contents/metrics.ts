import { headlineMetrics, type HeadlineMetric } from '../../results/headline-metrics.ts'
import { groupRuns } from '../../results/group.ts'
import { summarizeRun, type RunSummary } from '../../results/summarize.ts'
import type { Cell, ExportColumn } from '../table.ts'
import type { ExportContent } from './content.ts'

/** One row a run (or a group of seeds) with its headline numbers; numbers that no run has are left out. */
export const metrics: ExportContent = {
  what: 'metrics',
  summary: 'one row a run with its final numbers',
  table(store, runs, { group }) {
    const summaries = runs.map((run) => summarizeRun(store, run))
    const shown = headlineMetrics.filter(({ key }) =>
      summaries.some(({ values }) => values.has(key)),
    )
    return group ? grouped(summaries, shown) : single(summaries, shown)
  },
}

const text = (key: string, title = key): ExportColumn => ({ key, title, kind: 'text' })
const columnOf = ({ key, title }: HeadlineMetric, kind: 'number' | 'spread'): ExportColumn => ({
  key,
  title,
  kind,
})

function single(summaries: RunSummary[], shown: HeadlineMetric[]) {
  return {
    columns: [
      text('id', 'run'),
      text('name'),
      text('model'),
      text('data'),
      text('status'),
      { key: 'seed', title: 'seed', kind: 'number' as const },
      { key: 'best_step', title: 'best step', kind: 'number' as const },
      ...shown.map((metric) => columnOf(metric, 'number')),
    ],
    rows: summaries.map(({ run, data, bestStep, values }): Cell[] => [
      run.id,
      run.name,
      run.config?.model.type ?? '',
      data,
      run.status,
      run.seed,
      bestStep ?? null,
      ...shown.map(({ key }) => values.get(key) ?? null),
    ]),
  }
}

function grouped(summaries: RunSummary[], shown: HeadlineMetric[]) {
  return {
    columns: [
      text('name'),
      text('model'),
      text('data'),
      text('seeds'),
      ...shown.map((metric) => columnOf(metric, 'spread')),
    ],
    rows: groupRuns(summaries).map(({ name, summaries: members, seeds, spreads }): Cell[] => [
      name,
      members[0]?.run.config?.model.type ?? '',
      members[0]?.data ?? '',
      seeds.join(' '),
      ...shown.map(({ key }) => spreads.get(key) ?? null),
    ]),
  }
}
