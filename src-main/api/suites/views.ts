import type { SuiteBrief, SuiteDetail } from '../../../src-shared/contract/suites.ts'
import { settledStates, type CellState } from '../../../src-shared/suite.ts'
import { headlineMetrics } from '../../results/headline-metrics.ts'
import type { StoredSuite } from '../../store/suites.ts'
import { suiteCells, type SuiteCell } from '../../suite/suite-cells.ts'
import { mainMetric, suiteTable } from '../../suite/suite-table.ts'
import { suiteTable as resultTable } from '../../tables/presets/index.ts'
import type { ApiContext } from '../context.ts'

/** A suite as the app shows it. */
export function createSuiteViews({ core, worker }: ApiContext) {
  const { store } = core

  function briefOf(suite: StoredSuite, cells: readonly SuiteCell[]): SuiteBrief {
    const { id, recipe: name, preset, createdAt } = suite
    return { id, name, preset, createdAt, cells: cells.length, states: countStates(cells) }
  }

  return {
    brief: (suite: StoredSuite): SuiteBrief => briefOf(suite, suiteCells(store, suite)),
    detail(suite: StoredSuite): SuiteDetail {
      const cells = suiteCells(store, suite)
      const table = suiteTable(store, cells)
      const first = mainMetric(table)
      const metrics = headlineMetrics
        .map(({ key }) => key)
        .filter((key) => table.groups.some(({ spreads }) => spreads.has(key)))
      const states = new Set(cells.map(({ state }) => state))
      const open = cells.filter(({ state }) => !settledStates.has(state))
      return {
        ...briefOf(suite, cells),
        yaml: suite.text,
        seeds: [...new Set(cells.map(({ seed }) => seed))],
        axes: table.axes ?? null,
        groups: table.groups.map(({ name, levels, cells: members, spreads }) => ({
          name,
          levels,
          model: members.find(({ config }) => config)?.config?.model.type ?? null,
          teacher: members[0]?.teacher ?? null,
          cells: members.map(({ seed, state, why, runId, reused }) => ({
            name,
            seed,
            state,
            why: why ?? null,
            runId,
            reused,
            progress: runId === null ? null : worker.progressOf(runId),
          })),
          spreads: Object.fromEntries(spreads),
        })),
        metrics: metrics.includes(first)
          ? [first, ...metrics.filter((key) => key !== first)]
          : metrics,
        table: resultTable(store, suite) ?? null,
        can: {
          resume: open.some(({ state }) => state === 'interrupted' || state === 'missing'),
          retry: states.has('failed'),
          stop: store.suites.isAtWork(suite.id),
        },
      }
    },
  }
}

export function countStates(
  cells: readonly { state: CellState }[],
): Partial<Record<CellState, number>> {
  const counts: Partial<Record<CellState, number>> = {}
  for (const { state } of cells) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
