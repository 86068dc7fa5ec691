import { headlineMetrics, type HeadlineKey } from '../results/headline-metrics.ts'
import { spreadOf, type Spread } from '../results/group.ts'
import { summarizeRun } from '../results/summarize.ts'
import type { Store } from '../store/open.ts'
import type { SuiteCell } from './suite-cells.ts'

/** The cells of one kind: all seeds of one run, or of one combination of levels. */
export interface CellGroup {
  name: string
  levels: Readonly<Record<string, string>>
  cells: SuiteCell[]
  /** Over its completed runs. */
  spreads: Map<HeadlineKey, Spread>
}

/** A suite's cells as a table's body: a row and a column for every group, in the suite's order. */
export interface SuiteTable {
  /** Two factors that span the table; undefined: every group is a row. */
  axes: { rows: string; columns: string } | undefined
  groups: CellGroup[]
}

export function suiteTable(store: Store, cells: readonly SuiteCell[]): SuiteTable {
  const groups = [...Map.groupBy(cells, ({ name }) => name)].map(([name, members]): CellGroup => {
    const done = members.filter(({ state }) => state === 'completed')
    const values = done.flatMap(({ run }) => (run ? [summarizeRun(store, run).values] : []))
    const spreads = headlineMetrics.flatMap(({ key }): [HeadlineKey, Spread][] => {
      const numbers = values.flatMap((of) => of.get(key) ?? [])
      return numbers.length === 0 ? [] : [[key, spreadOf(numbers)]]
    })
    return { name, levels: members[0]?.levels ?? {}, cells: members, spreads: new Map(spreads) }
  })
  return { groups, axes: axesOf(groups) }
}

/** Two factors make a table of them; more, or fewer, a list. */
export function axesOf(groups: readonly Pick<CellGroup, 'levels'>[]): SuiteTable['axes'] {
  const factors = new Set(groups.flatMap(({ levels }) => Object.keys(levels)))
  const [rows, columns, third] = factors
  if (rows === undefined || columns === undefined || third !== undefined) return undefined
  return { rows, columns }
}

/** Test scores where there are any, else dev scores: what a table shows first. */
export function mainMetric({ groups }: SuiteTable): HeadlineKey {
  const has = (key: HeadlineKey) => groups.some(({ spreads }) => spreads.has(key))
  return has('test/accuracy') ? 'test/accuracy' : 'dev/accuracy'
}
