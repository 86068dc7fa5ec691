import type { CellState } from '../../src-shared/suite.ts'
import { metricsNamed, type HeadlineKey } from '../results/headline-metrics.ts'
import type { CellGroup, SuiteTable } from '../suite/suite-table.ts'
import { mainMetric } from '../suite/suite-table.ts'
import type { SuiteCell } from '../suite/suite-cells.ts'
import { formatNumber, none } from './format.ts'
import { formatSpread } from './run-table.ts'
import { formatTable, type TableColumn } from './table.ts'

const listed = metricsNamed(
  'dev/accuracy',
  'dev/loss',
  'test/accuracy',
  'test/f1',
  'test/macro_f1',
  'test/loss',
  'inference/pairs_per_second',
)

/**
 * A suite's results: two factors as a table of the main metric, anything else as a list of all metrics;
 * each mean ± standard deviation (n) over the completed seeds, with what is missing named.
 */
export function formatSuite(table: SuiteTable): string {
  const { groups, axes } = table
  if (!axes) return formatList(groups)
  const metric = mainMetric(table)
  const plain = groups.filter(({ levels }) => Object.keys(levels).length === 0)
  const inGrid = groups.filter(({ levels }) => Object.keys(levels).length > 0)
  const distinct = (factor: string) => [...new Set(inGrid.map(({ levels }) => levels[factor]))]
  const columns = distinct(axes.columns)
  const grid = formatTable<string | undefined>(
    [
      { title: axes.rows, value: (row) => row ?? none },
      ...columns.map((column): TableColumn<string | undefined> => ({
        title: column ?? none,
        align: 'right',
        value: (row) => {
          const group = inGrid.find(
            ({ levels }) => levels[axes.rows] === row && levels[axes.columns] === column,
          )
          return group ? formatGroup(group, metric) : none
        },
      })),
    ],
    distinct(axes.rows),
  )
  const alone = plain.map((group) => `${group.name}: ${formatGroup(group, metric)}`)
  return [
    `${metric}, ${axes.rows} × ${axes.columns}`,
    '',
    grid,
    ...(alone.length > 0 ? ['', ...alone] : []),
  ].join('\n')
}

function formatList(groups: CellGroup[]): string {
  const shown = listed.filter(({ key }) =>
    groups.some(({ spreads }) => spreads.has(key as HeadlineKey)),
  )
  return formatTable<CellGroup>(
    [
      { title: 'run', value: ({ name }) => name },
      { title: 'n', value: countOf, align: 'right' },
      ...shown.map((metric): TableColumn<CellGroup> => ({
        title: metric.title,
        value: ({ spreads }) => formatSpread(metric, spreads.get(metric.key as HeadlineKey)),
        align: 'right',
      })),
    ],
    groups,
  )
}

/** `0.8810 ± 0.0120 (3)`; without a value, how the cells stand. */
function formatGroup({ spreads, cells }: CellGroup, metric: HeadlineKey): string {
  const spread = spreads.get(metric)
  const rest = tally(cells.filter(({ state }) => state !== 'completed'))
  if (!spread) return rest || none
  const std = spread.std === null ? '' : ` ± ${formatNumber(spread.std)}`
  return `${formatNumber(spread.mean)}${std} (${spread.n})${rest && `, ${rest}`}`
}

function countOf({ cells }: CellGroup): string {
  const done = cells.filter(({ state }) => state === 'completed').length
  const rest = tally(cells.filter(({ state }) => state !== 'completed'))
  return rest ? `${done}, ${rest}` : String(done)
}

/** `2 failed, 1 waiting`; an impossible cell is so for all seeds. */
export function tally(cells: readonly SuiteCell[]): string {
  const counts = new Map<CellState, number>()
  for (const { state } of cells) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts]
    .map(([state, n]) => (state === 'impossible' ? state : `${n} ${state}`))
    .join(', ')
}

/** One line for every cell that is not done, with its reason; a reason of several seeds once. */
export function describeUndone(cells: readonly SuiteCell[]): string[] {
  const undone = cells.filter(({ state }) => state !== 'completed')
  const groups = Map.groupBy(undone, ({ name, state, why }) => JSON.stringify([name, state, why]))
  return [...groups.values()].map((members) => {
    const [first] = members
    if (!first) return ''
    const seeds = members.map(({ seed }) => seed).join(', ')
    const of = first.state === 'impossible' ? '' : `, seed ${seeds}`
    const ids = members.flatMap(({ runId }) => runId ?? [])
    const runs = ids.length > 0 ? ` (${ids.join(', ')})` : ''
    return `${first.name}${of}${runs}: ${first.state}${first.why === undefined ? '' : `: ${first.why}`}`
  })
}
