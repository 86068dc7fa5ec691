import { Option, type Command } from 'commander'
import { readings, type Reading } from '../../../src-shared/contract/run-query.ts'
import { usualReading } from '../../../src-shared/metric-kind.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import { defaultRounds } from '../../../src-shared/statistics.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { compareSystems } from '../../stats/compare-systems.ts'
import { createAnswerReader } from '../../stats/examples/answers.ts'
import type { MeasuredRun } from '../../stats/pair-systems.ts'
import type { Store } from '../../store/open.ts'
import { readMetric } from '../../tables/read-metric.ts'
import { describeComparison } from '../comparison-report.ts'
import { withCore } from '../context.ts'

interface CompareOptions {
  metric?: string
  reading?: Reading
  only?: boolean
  alpha: number
  rounds: number
  seed: number
  json?: boolean
}

/** `virtlab compare virt_encoder sbert` */
export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('Whether the difference between two systems is real; docs/statistics.md.')
    .argument('<a>', 'a run by id, its first letters or its name; its other seeds come along')
    .argument('<b>', 'the system it is compared with')
    .option('--metric <metric>', 'default: test/accuracy, or dev/accuracy')
    .addOption(
      new Option(
        '--reading <value>',
        'which value of the metric; default: dev at the best checkpoint, others last',
      ).choices([...readings]),
    )
    .option('--only', 'these two runs, without their other seeds')
    .option('--alpha <p>', 'significance level', Number, 0.05)
    .option(
      '--rounds <n>',
      'resamples of the bootstrap and of approximate randomization',
      Number,
      defaultRounds,
    )
    .option('--seed <n>', 'of the resampling', Number, 1)
    .option('--json', 'as JSON')
    .action(async (a: string, b: string, options: CompareOptions, command: Command) => {
      checkNumbers(options)
      await withCore(command, async ({ store }) => {
        const systems = [a, b].map((reference) => systemOf(store, reference, options))
        const [ofA, ofB] = systems as [RunRecord[], RunRecord[]]
        const metric = options.metric ?? usualMetric(store, [...ofA, ...ofB])
        const measure = measured(store, metric, options.reading ?? usualReading(metric))
        const { alpha, rounds, seed } = options
        const comparison = await compareSystems(
          measure(ofA),
          measure(ofB),
          { metric, alpha, rounds, seed },
          createAnswerReader(store),
        )
        if (!comparison.a || !comparison.b) {
          throw new UserError(`${comparison.a ? b : a} has no ${metric}`, {
            fix: 'virtlab show RUN lists what a run has logged; choose with --metric.',
          })
        }
        console.log(
          options.json
            ? JSON.stringify(
                comparison,
                (_, value: unknown) => (value === Infinity ? 'Infinity' : value),
                2,
              )
            : describeComparison(comparison, nameOf(ofA), nameOf(ofB)),
        )
      })
    })
}

function checkNumbers({ alpha, rounds, seed }: CompareOptions): void {
  const problems: [boolean, string, string][] = [
    [alpha > 0 && alpha < 1, '--alpha', 'a number between 0 and 1'],
    [
      Number.isInteger(rounds) && rounds >= 100 && rounds <= 1e6,
      '--rounds',
      'a whole number from 100 to 1000000',
    ],
    [Number.isInteger(seed) && seed >= 0, '--seed', 'a whole number from 0'],
  ]
  for (const [ok, option, wanted] of problems) {
    if (!ok) throw new UserError(`${option} has to be ${wanted}`, { where: option })
  }
}

/** The completed runs that differ from the named one in their seed only; of a name that several have, the newest. */
function systemOf(store: Store, reference: string, { only }: CompareOptions): RunRecord[] {
  const named = store.runs.list({ name: reference }).filter(({ status }) => status === 'completed')
  const run = named[0] ?? store.runs.find(reference)
  if (run.status !== 'completed') {
    throw new UserError(`${run.name} (${run.id}) is ${run.status}`, {
      fix: 'Compare completed runs.',
    })
  }
  if (only) return [run]
  return store.runs
    .list({ status: 'completed' })
    .filter(({ groupHash }) => groupHash === run.groupHash)
}

function usualMetric(store: Store, runs: RunRecord[]): string {
  const keys = runs.map(({ key }) => key)
  const hasTest = readMetric(store, keys, 'test/accuracy', 'last').size === keys.length
  return hasTest ? 'test/accuracy' : 'dev/accuracy'
}

const measured =
  (store: Store, metric: string, reading: Reading) =>
  (runs: RunRecord[]): MeasuredRun[] => {
    const keys = runs.map(({ key }) => key)
    const values = readMetric(store, keys, metric, reading)
    return runs.map((run) => ({ run, value: values.get(run.key) ?? null }))
  }

const nameOf = (runs: RunRecord[]): string => runs[0]?.name ?? ''
