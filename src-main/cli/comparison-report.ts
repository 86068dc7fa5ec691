import { metricKind } from '../../src-shared/metric-kind.ts'
import type {
  EffectOutcome,
  SeedSummary,
  SystemComparison,
  TestOutcome,
} from '../../src-shared/statistics.ts'
import { effects, pairedTests } from '../stats/registry.ts'
import { refusalText } from '../tables/notes.ts'
import { none } from './format.ts'
import { formatTable } from './table.ts'

/** A comparison in plain words, with its tests and effect sizes below. */
export function describeComparison(comparison: SystemComparison, a: string, b: string): string {
  const { metric, tests, effects: sizes, answers, paired } = comparison
  const write = writer(metric)
  const both = [
    { name: `A  ${a}`, of: comparison.a },
    { name: `B  ${b}`, of: comparison.b },
  ]
  return [
    metric,
    formatTable(
      [
        { title: 'system', value: ({ name }) => name },
        { title: 'n', value: ({ of }) => String(of?.n ?? 0), align: 'right' },
        { title: 'mean ± std', value: ({ of }) => meanText(of, write), align: 'right' },
        {
          title: '95 % interval over seeds',
          value: ({ of }) => intervalText(of?.low, of?.high, write),
          align: 'right',
        },
      ],
      both,
    ),
    '',
    verdictText(comparison, a, b),
    differenceText(comparison, write),
    unitText(comparison),
    ...caveats(comparison),
    answers
      ? `Answers: ${answers.bothRight} both right, ${answers.onlyA} only A, ${answers.onlyB} only B, ${answers.bothWrong} both wrong.`
      : '',
    '',
    formatTable<TestOutcome>(
      [
        { title: 'test', value: ({ key }) => pairedTests[key].title },
        { title: 'chance of', value: ({ over }) => overText(over, comparison) },
        { title: 'n', value: ({ n }) => String(n ?? none), align: 'right' },
        { title: 'p', value: pText },
        {
          title: '',
          value: (test) =>
            test.refusal
              ? refusalText[test.refusal]
              : test.tooSmall
                ? 'too few data to be significant'
                : '',
        },
      ],
      tests,
    ),
    '',
    formatTable<EffectOutcome>(
      [
        { title: 'effect', value: ({ key }) => effects[key].title },
        {
          title: 'value',
          value: ({ key, value }) => effectText(key, value, write),
          align: 'right',
        },
        {
          title: '95 % interval',
          value: ({ key, low, high }) => intervalText(low, high, (x) => effectText(key, x, write)),
          align: 'right',
        },
        { title: 'n', value: ({ n }) => String(n ?? none), align: 'right' },
        { title: '', value: ({ refusal }) => (refusal ? refusalText[refusal] : '') },
      ],
      sizes,
    ),
    paired.by === 'order'
      ? '\nThe systems share no seed: runs were paired in the order of their seeds, for tests over examples only.'
      : '',
  ]
    .filter((line, i, lines) => line !== '' || lines[i - 1] !== '')
    .join('\n')
    .trimEnd()
}

/** Of metrics that rank, queries are what is drawn and exchanged. */
const overText = (over: 'examples' | 'seeds', { paired }: SystemComparison): string =>
  over === 'examples' && paired.unit === 'query' ? 'queries' : over

type Write = (value: number) => string

const writer =
  (metric: string): Write =>
  (value) =>
    metricKind(metric) === 'share' ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4)

const meanText = (of: SeedSummary | null, write: Write): string =>
  of ? write(of.mean) + (of.std === null ? '' : ` ± ${write(of.std)}`) : none

function intervalText(
  low: number | null | undefined,
  high: number | null | undefined,
  write: Write,
): string {
  if (low === null || low === undefined || high === null || high === undefined) return none
  return `${write(low)} to ${write(high)}`
}

const pText = ({ p }: TestOutcome): string =>
  p === null ? none : p < 0.0001 ? '< 0.0001' : p.toFixed(4)

function effectText(key: EffectOutcome['key'], value: number | null, write: Write): string {
  if (value === null) return none
  if (key === 'cohens_d' || key === 'odds_ratio') {
    return Number.isFinite(value) ? value.toFixed(2) : '∞'
  }
  return write(value)
}

function verdictText(comparison: SystemComparison, a: string, b: string): string {
  const { verdict, winner, alpha } = comparison
  const examples = overText('examples', comparison)
  const better = winner === 'a' ? a : b
  switch (verdict) {
    case 'real':
      return `${better} is better: more than chance explains, be it the chance of ${examples} or of seeds (p ≤ ${alpha}).`
    case 'examples_only':
      return `${better} is better than the chance of ${examples} explains (p ≤ ${alpha}); that it would be with other seeds is not shown.`
    case 'seeds_only':
      return `${better} is better than the chance of seeds explains (p ≤ ${alpha}); that it would be with other ${examples} is not shown.`
    case 'not_shown':
      return `${better} is ahead, but chance may explain it.`
    case 'equal':
      return 'Both have the same mean.'
    case 'untested':
      return `${better} is ahead; nothing could be tested.`
  }
}

function differenceText(comparison: SystemComparison, write: Write): string {
  const { difference } = comparison
  if (!difference) return ''
  const { value, low, high, over } = difference
  return `Difference A − B: ${write(value)}, 95 % interval ${write(low)} to ${write(high)} (over ${overText(over, comparison)}).`
}

function unitText({ metric, paired: { unit, examples } }: SystemComparison): string {
  if (examples === null) return ''
  return unit === 'query'
    ? `Compared query by query: ${metric} is a mean over the ${examples} queries that both have ranked, each with all its candidates.`
    : `Compared example by example, on the ${examples} that both have answered.`
}

function caveats({ paired, a, b }: SystemComparison): string[] {
  const seeds = paired.seeds.length
  const texts: string[] = []
  if (paired.by === 'seed' && seeds < 2)
    texts.push('One seed in common says nothing about other seeds.')
  else if (seeds >= 2 && seeds < 5) {
    texts.push(`${seeds} seeds show large differences only; five or more are better.`)
  }
  if (paired.by === 'seed' && (a?.n !== seeds || b?.n !== seeds)) {
    texts.push(`Only the ${seeds} seeds that both were trained with are compared.`)
  }
  return texts
}
