import type { PairedTestKey, Refusal, Resampling } from '../../src-shared/statistics.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { createAnswerReader, type Answers, type Split } from '../stats/examples/answers.ts'
import { pairSystems, type MeasuredRun } from '../stats/pair-systems.ts'
import type { TestResult } from '../stats/paired.ts'
import { pairedTests } from '../stats/registry.ts'
import type { Store } from '../store/open.ts'

export interface PairedOutcome {
  result: TestResult | Refusal
  /** Both had the same seeds. */
  sameSeeds: boolean
}

/** Runs paired tests and remembers their outcomes: a live table asks for all of them again with every run. */
export interface TestRunner {
  readAnswers: (run: RunRecord, split: Split) => Answers
  run(
    test: PairedTestKey,
    metric: string,
    a: readonly MeasuredRun[],
    b: readonly MeasuredRun[],
    options: Resampling,
  ): Promise<PairedOutcome>
}

const mostKept = 5000

export function createTestRunner(store: Store): TestRunner {
  const known = new Map<string, Promise<PairedOutcome>>()
  const readAnswers = createAnswerReader(store)
  return {
    readAnswers,
    run(test, metric, a, b, options) {
      const ids = (runs: readonly MeasuredRun[]) =>
        runs.map(({ run, value }) => `${run.id}/${run.lastSeq}/${value}`).join()
      const key = JSON.stringify([test, metric, options, ids(a), ids(b)])
      const before = known.get(key)
      if (before) return before
      const outcome = compute(test, metric, a, b, options)
      known.set(key, outcome)
      const [oldest] = known.keys()
      if (known.size > mostKept && oldest !== undefined) known.delete(oldest)
      return outcome
    },
  }

  async function compute(
    test: PairedTestKey,
    metric: string,
    a: readonly MeasuredRun[],
    b: readonly MeasuredRun[],
    options: Resampling,
  ): Promise<PairedOutcome> {
    // Reading thousands of answers for what is over seeds would be in vain.
    const reader = pairedTests[test].over === 'seeds' ? undefined : readAnswers
    const { data, by, pairs } = pairSystems(a, b, metric, reader)
    return {
      result: await pairedTests[test].run(data, options),
      sameSeeds: by === 'seed' && pairs.length === Math.max(a.length, b.length),
    }
  }
}
