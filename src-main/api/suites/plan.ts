import { freemem } from 'node:os'
import type { PlannedRun, Recipe } from '../../../src-shared/config/recipe.ts'
import type { CallOutput } from '../../../src-shared/contract/index.ts'
import type { RecipeProblem } from '../../../src-shared/contract/recipe.ts'
import type { PlannedCells, SuiteBrief } from '../../../src-shared/contract/suites.ts'
import type { Core } from '../../core.ts'
import type { StoredSuite } from '../../store/suites.ts'
import type { SuitePlan } from '../../suite/plan-suite.ts'
import type { SuiteFindings } from '../../suite/start-suite.ts'
import { axesOf } from '../../suite/suite-table.ts'
import { createEstimator } from '../data/estimate.ts'

type PlannedSuite = CallOutput<'suites.plan'>

/** A suite before it is started: its grid, what of it is there, and how long the rest will take. */
export function createSuitePlanner(core: Core, briefOf: (suite: StoredSuite) => SuiteBrief) {
  const estimate = createEstimator(core)
  return {
    broken: (yaml: string, recipe: Recipe | null, problems: RecipeProblem[]): PlannedSuite => ({
      name: recipe?.name ?? '',
      yaml,
      problems,
      seeds: recipe?.seeds ?? [],
      axes: null,
      groups: [],
      runs: 0,
      reused: 0,
      existing: null,
      seconds: null,
      secondsOf: 0,
    }),
    whole(plan: SuitePlan, { former, reusable }: SuiteFindings): PlannedSuite {
      const groups = groupsOf(plan, (run) => reusable(run) !== undefined)
      const missing = plan.runs.filter((run) => !reusable(run))
      return {
        name: plan.name,
        yaml: plan.text,
        problems: [],
        seeds: [...new Set(plan.runs.map(({ seed }) => seed))],
        axes: axesOf(groups) ?? null,
        groups,
        runs: plan.runs.length,
        reused: plan.runs.length - missing.length,
        existing: former ? briefOf(former) : null,
        ...timeOf(missing, plan.runs),
      }
    },
  }

  /** Seeds of one configuration take the same time, and are looked up once. */
  function timeOf(
    missing: PlannedRun[],
    all: PlannedRun[],
  ): Pick<PlannedSuite, 'seconds' | 'secondsOf'> {
    let seconds = 0
    let known = 0
    for (const [, members] of Map.groupBy(missing, ({ name }) => name)) {
      const [first] = members
      if (!first) continue
      const teacher = all.find(({ name }) => name === first.teacher)?.config
      const given = { config: first.config, ...(teacher ? { teacher } : {}) }
      const { time } = estimate(given, freemem())
      if (time.seconds === null) continue
      seconds += time.seconds * members.length
      known += members.length
    }
    return { seconds: known > 0 ? seconds : null, secondsOf: known }
  }
}

function groupsOf(
  { runs, skipped }: SuitePlan,
  isThere: (run: PlannedRun) => boolean,
): PlannedCells[] {
  const trained = [...Map.groupBy(runs, ({ name }) => name)].map(
    ([name, members]): PlannedCells => {
      const [first] = members
      const reused = members.filter(isThere).length
      return {
        name,
        levels: first?.levels ?? {},
        model: first?.config.model.type ?? null,
        teacher: first?.teacher ?? null,
        train: members.length - reused,
        reused,
        reason: null,
      }
    },
  )
  const left = skipped.map(({ name, levels, reason }): PlannedCells => ({
    name,
    levels,
    model: null,
    teacher: null,
    train: 0,
    reused: 0,
    reason,
  }))
  return [...trained, ...left]
}
