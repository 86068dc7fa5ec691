import type { RunRecord } from '../../src-shared/run-record.ts'
import type { Answers, Split } from './examples/answers.ts'
import { exampleData, predictionMetric, refused } from './examples/example-pairs.ts'
import { shareAnswers } from './examples/shared-answers.ts'
import type { PairedData } from './paired.ts'

/** A run with its value of the metric that systems are compared by. */
export interface MeasuredRun {
  run: RunRecord
  value: number | null
}

export interface PairedSystems {
  /** Runs of the same seed side by side; in the order of their seeds where they share none. */
  pairs: { a: MeasuredRun; b: MeasuredRun }[]
  by: 'seed' | 'order'
  split: Split | null
  data: PairedData
}

/**
 * Puts the runs of two systems side by side: by seed, the newest run of each; where they share no seed, one by
 * one in the order of their seeds, which is good enough for tests over examples and no use for those over seeds.
 *
 * @param readAnswers undefined: only what is over seeds is wanted
 */
export function pairSystems(
  a: readonly MeasuredRun[],
  b: readonly MeasuredRun[],
  metric: string,
  readAnswers: ((run: RunRecord, split: Split) => Answers) | undefined,
): PairedSystems {
  const [ofA, ofB] = [bySeed(a), bySeed(b)]
  const shared = [...ofA.keys()].filter((seed) => ofB.has(seed))
  const by = shared.length > 0 ? 'seed' : 'order'
  const [rankedA, rankedB] = [[...ofA.values()], [...ofB.values()]]
  const pairs =
    by === 'seed'
      ? shared.map((seed) => ({ a: ofA.get(seed)!, b: ofB.get(seed)! })) // in both
      : rankedA.slice(0, rankedB.length).map((run, i) => ({ a: run, b: rankedB[i]! })) // i < both lengths

  const measured = by === 'seed' ? pairs : []
  const values = measured.flatMap(({ a, b }) =>
    isNumber(a.value) && isNumber(b.value) ? [{ seed: a.run.seed, a: a.value, b: b.value }] : [],
  )
  const seeds = {
    seeds: values.map(({ seed }) => seed),
    a: values.map(({ a }) => a),
    b: values.map(({ b }) => b),
  }
  const predicted = predictionMetric(metric)
  if (!predicted) {
    return { pairs, by, split: null, data: { seeds, ...refused('not_of_predictions') } }
  }
  const { split, key } = predicted
  if (!readAnswers)
    return { pairs, by, split, data: { seeds, ...refused('no_shared_predictions') } }
  const answers = shareAnswers(
    pairs.map(({ a }) => readAnswers(a.run, split)),
    pairs.map(({ b }) => readAnswers(b.run, split)),
  )
  return { pairs, by, split, data: { seeds, ...exampleData(answers, key) } }
}

/** The newest run of every seed, seeds ascending. */
function bySeed(runs: readonly MeasuredRun[]): Map<number, MeasuredRun> {
  const sorted = [...runs].sort((x, y) => x.run.seed - y.run.seed || x.run.key - y.run.key)
  return new Map(sorted.map((one) => [one.run.seed, one]))
}

const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value)
