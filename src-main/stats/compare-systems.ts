import { betterOf } from '../../src-shared/metric-kind.ts'
import {
  effectKeys,
  pairedTestKeys,
  type EffectOutcome,
  type Resampling,
  type SystemComparison,
  type TestOutcome,
} from '../../src-shared/statistics.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import type { Answers, Split } from './examples/answers.ts'
import { unitOf } from './examples/example-pairs.ts'
import { meanInterval } from './mean-interval.ts'
import { pairSystems, type MeasuredRun } from './pair-systems.ts'
import { isRefusal, type PairedData } from './paired.ts'
import { effects, pairedTests } from './registry.ts'
import { bootstrapInterval } from './tests/paired-bootstrap.ts'

/**
 * Everything that can be said of the difference between two systems by one metric: every test, every effect size,
 * and a verdict. A difference is called real where it would hold both on other examples (approximate
 * randomization) and for other seeds (paired t).
 */
export async function compareSystems(
  a: readonly MeasuredRun[],
  b: readonly MeasuredRun[],
  options: Resampling & { metric: string; alpha: number },
  readAnswers: (run: RunRecord, split: Split) => Answers,
): Promise<SystemComparison> {
  const { metric, alpha } = options
  const { data, pairs, by, split } = pairSystems(a, b, metric, readAnswers)
  const tests = await runTests(data, options)
  const better = betterOf(metric)
  const [ofA, ofB] = [summarize(a), summarize(b)]
  const difference = await differenceOf(data, options)
  return {
    metric,
    better,
    alpha,
    a: ofA,
    b: ofB,
    winner: winnerOf(ofA?.mean, ofB?.mean, better),
    ...judge(tests, ofA?.mean, ofB?.mean, alpha),
    difference,
    paired: {
      by,
      seeds: by === 'seed' ? pairs.map((pair) => pair.a.run.seed) : [],
      pairs: pairs.length,
      examples: isRefusal(data.examples) ? null : data.examples.examples,
      unit: unitOf(metric),
      split,
    },
    answers: isRefusal(data.contingency) ? null : data.contingency,
    tests,
    effects: computeEffects(data),
  }
}

function summarize(runs: readonly MeasuredRun[]) {
  const values = runs.flatMap(({ value }) =>
    value !== null && Number.isFinite(value) ? [value] : [],
  )
  return values.length === 0 ? null : meanInterval(values)
}

async function runTests(
  data: PairedData,
  options: Resampling & { alpha: number },
): Promise<TestOutcome[]> {
  const outcomes: TestOutcome[] = []
  for (const key of pairedTestKeys) {
    const { over } = pairedTests[key]
    const result = await pairedTests[key].run(data, options)
    if (isRefusal(result)) {
      const none = { p: null, statistic: null, n: null, tooSmall: false }
      outcomes.push({ key, over, ...none, refusal: result })
      continue
    }
    const { p, statistic, n, smallestP } = result
    outcomes.push({
      key,
      over,
      p,
      statistic,
      n,
      refusal: null,
      tooSmall: smallestP > options.alpha,
    })
  }
  return outcomes
}

function computeEffects(data: PairedData): EffectOutcome[] {
  return effectKeys.map((key) => {
    const result = effects[key].compute(data)
    if (!isRefusal(result)) return { key, ...result, refusal: null }
    return { key, value: null, low: null, high: null, n: null, refusal: result }
  })
}

async function differenceOf(
  data: PairedData,
  options: Resampling,
): Promise<SystemComparison['difference']> {
  const interval = await bootstrapInterval(data, options)
  if (!isRefusal(interval) && !isRefusal(data.examples)) {
    const [low, high] = interval
    return { value: data.examples.difference, low, high, over: 'examples' }
  }
  const overSeeds = effects.difference_over_seeds.compute(data)
  if (isRefusal(overSeeds) || overSeeds.low === null || overSeeds.high === null) return null
  const { value, low, high } = overSeeds
  return { value, low, high, over: 'seeds' }
}

function winnerOf(
  a: number | undefined,
  b: number | undefined,
  better: 'higher' | 'lower',
): 'a' | 'b' | null {
  if (a === undefined || b === undefined || a === b) return null
  return a > b === (better === 'higher') ? 'a' : 'b'
}

function judge(
  tests: readonly TestOutcome[],
  a: number | undefined,
  b: number | undefined,
  alpha: number,
): Pick<SystemComparison, 'verdict' | 'decidedBy'> {
  const outcome = (key: TestOutcome['key']) =>
    tests.find((test) => test.key === key && test.p !== null)
  const examples = outcome('approximate_randomization')
  const seeds = outcome('paired_t')
  const decidedBy = { examples: examples?.key ?? null, seeds: seeds?.key ?? null }
  const holds = (test: TestOutcome | undefined) => test?.p !== null && (test?.p ?? 1) <= alpha
  if (a !== undefined && a === b) return { verdict: 'equal', decidedBy }
  if (!examples && !seeds) return { verdict: 'untested', decidedBy }
  if (holds(examples)) return { verdict: holds(seeds) ? 'real' : 'examples_only', decidedBy }
  return { verdict: holds(seeds) ? 'seeds_only' : 'not_shown', decidedBy }
}
