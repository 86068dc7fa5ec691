import { readRecipeSource } from '../../src-shared/config/recipe-source.ts'
import { recipe as recipeSchema } from '../../src-shared/config/recipe.ts'
import type { PruneConfig } from '../../src-shared/config/sweep.ts'
import { betterOf } from '../../src-shared/metric-kind.ts'
import type { TrainerBatch } from '../../src-shared/protocol.ts'
import type { Review } from '../queue/train-job.ts'
import type { Store } from '../store/open.ts'
import type { StoredCell } from '../store/suites.ts'

/** A series up to now: values at steps, in order. */
export interface Curve {
  step: ArrayLike<number>
  value: ArrayLike<number>
}

/**
 * Median stopping (Golovin et al., KDD 2017, "Automated stopping"): a trial lags behind where its best value
 * up to a step is worse than the median of the completed trials' averages up to the same step. NaN counts
 * as worst.
 * @returns both numbers where it does; undefined where it does not, or where too few have a value there
 */
export function lagsBehind(
  curve: Curve,
  completed: readonly Curve[],
  step: number,
  {
    minSteps,
    minRuns,
    goal,
  }: Pick<PruneConfig, 'minSteps' | 'minRuns'> & {
    goal: 'maximize' | 'minimize'
  },
): { best: number; median: number; runs: number } | undefined {
  if (step < minSteps) return undefined
  const sign = goal === 'maximize' ? 1 : -1
  const own = upTo(curve, step).map((value) => sign * value)
  const averages = completed.flatMap((other) => {
    const values = upTo(other, step).map((value) => sign * value)
    return values.length === 0 ? [] : [values.reduce((a, b) => a + b, 0) / values.length]
  })
  if (own.length === 0 || averages.length < minRuns) return undefined
  const best = Math.max(...own)
  const median = medianOf(averages)
  return best < median
    ? { best: sign * best, median: sign * median, runs: averages.length }
    : undefined
}

/** What the rule says, else what is better of its metric. */
export function goalOf({
  goal,
  metric,
}: Pick<PruneConfig, 'goal' | 'metric'>): 'maximize' | 'minimize' {
  return goal ?? (betterOf(metric) === 'lower' ? 'minimize' : 'maximize')
}

function upTo({ step, value }: Curve, last: number): number[] {
  return Array.from(value).flatMap((one, i) =>
    (step[i] ?? Infinity) <= last ? [Number.isNaN(one) ? -Infinity : one] : [],
  )
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper
}

/** Applies median stopping to the runs of sweeps that ask for it, whenever one has a new score. */
export function createPruner(store: Store): Review {
  const rules = new Map<number, PruneConfig | undefined>()

  const ruleOf = ({ suite }: StoredCell): PruneConfig | undefined => {
    if (!rules.has(suite)) rules.set(suite, readRule(store.suites.textOf(suite)))
    return rules.get(suite)
  }

  return (run, batch) => {
    if (!batch.points) return undefined
    for (const cell of store.suites.cellsOfRun(run.id)) {
      // One that was stopped before and goes on now is wanted by somebody.
      if (cell.trialOf === null || cell.reason !== null) continue
      const rule = ruleOf(cell)
      if (!rule) continue
      const { metric } = rule
      const step = lastStepOf(batch, metric)
      if (step === undefined) continue
      const goal = goalOf(rule)
      const lag = lagsBehind(
        store.series.points(run.key, metric),
        completedTrials(cell).map((key) => store.series.points(key, metric)),
        step,
        { ...rule, goal },
      )
      if (!lag) continue
      const side = goal === 'maximize' ? 'below' : 'above'
      return `pruned at step ${step}: its best ${metric} ${show(lag.best)} is ${side} ${show(lag.median)}, the median of ${lag.runs} completed runs’ averages up to there`
    }
    return undefined
  }

  /** Keys of the completed runs that vary the same thing. */
  function completedTrials({ suite, trialOf }: StoredCell): number[] {
    return store.suites.cells(suite).flatMap((cell) => {
      if (cell.trialOf !== trialOf || cell.runId === null) return []
      const { key, status } = store.runs.get(cell.runId)
      return status === 'completed' ? [key] : []
    })
  }
}

function readRule(text: string | null): PruneConfig | undefined {
  if (text === null) return undefined
  const parsed = recipeSchema.safeParse(readRecipeSource(text, 'recipe').value)
  return parsed.success ? parsed.data.sweep?.prune : undefined
}

function lastStepOf({ points }: TrainerBatch, metric: string): number | undefined {
  const key = points?.keys.indexOf(metric) ?? -1
  if (!points || key < 0) return undefined
  const at = points.keyIndex.lastIndexOf(key)
  return at < 0 ? undefined : points.step[at]
}

const show = (value: number): string => String(Number(value.toPrecision(4)))
