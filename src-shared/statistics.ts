import { z } from 'zod'

/**
 * Paired tests between two systems. The last two ask whether the difference would hold for other seeds, those before
 * whether it would hold on other examples of the same kind, or for other queries.
 */
export const pairedTestKeys = [
  'approximate_randomization',
  'paired_bootstrap',
  'mcnemar_exact',
  'mcnemar_chi2',
  'wilcoxon_examples',
  'wilcoxon',
  'paired_t',
] as const
export type PairedTestKey = (typeof pairedTestKeys)[number]

/** What is drawn and exchanged as one: an example; of metrics that rank, a query with all its candidates; a seed. */
export const testUnits = ['example', 'query', 'seed'] as const
export type TestUnit = (typeof testUnits)[number]

export const effectKeys = [
  'difference_over_examples',
  'difference_over_seeds',
  'cohens_d',
  'odds_ratio',
] as const
export type EffectKey = (typeof effectKeys)[number]

/** Why a statistic says nothing about two systems. */
export const refusals = [
  /** No example that both have answered with the same texts. */
  'no_shared_predictions',
  /** The metric cannot be computed from the stored predictions (a loss, a speed). */
  'not_of_predictions',
  /** Only defined for right and wrong answers. */
  'accuracy_only',
  /** Fewer than two seeds that both systems were trained with. */
  'needs_two_seeds',
  /** All seeds differ by exactly the same: there is no spread to compare with. */
  'constant_difference',
  /** No answer that only one of the two got right. */
  'no_discordant_answers',
] as const
export type Refusal = (typeof refusals)[number]

export const defaultRounds = 10_000

/** How resampling tests draw: the same seed and rounds give the same p. */
export const resampling = z.strictObject({
  rounds: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(defaultRounds)
    .describe('Resamples of the bootstrap and of approximate randomization'),
  seed: z.int().min(0).default(1).describe('Of the resampling'),
})
export type Resampling = z.infer<typeof resampling>

/** Of some seeds; `std` (n − 1) and the interval are null for one. */
export const seedSummary = z.strictObject({
  n: z.int(),
  mean: z.number(),
  std: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type SeedSummary = z.infer<typeof seedSummary>

/** Infinities are numbers here: an odds ratio of answers that only one got right. */
const number = z.union([z.number(), z.literal(Infinity), z.literal(-Infinity)])

export const testOutcome = z.strictObject({
  key: z.enum(pairedTestKeys),
  over: z.enum(['examples', 'seeds']),
  /** Null where the test cannot be made: `refusal` says why. */
  p: z.number().nullable(),
  statistic: number.nullable(),
  n: z.int().nullable(),
  refusal: z.enum(refusals).nullable(),
  /** No difference, however large, could have been significant with so few data. */
  tooSmall: z.boolean(),
})
export type TestOutcome = z.infer<typeof testOutcome>

export const effectOutcome = z.strictObject({
  key: z.enum(effectKeys),
  value: number.nullable(),
  low: number.nullable(),
  high: number.nullable(),
  n: z.int().nullable(),
  refusal: z.enum(refusals).nullable(),
})
export type EffectOutcome = z.infer<typeof effectOutcome>

/** What can be said of the difference between two systems. */
export const verdicts = [
  /** Both over examples and over seeds. */
  'real',
  /** Over examples only: other seeds might turn it round. */
  'examples_only',
  /** Over seeds only: other examples might. */
  'seeds_only',
  /** Neither. */
  'not_shown',
  /** The same number on both sides. */
  'equal',
  /** Nothing to test. */
  'untested',
] as const

export const systemComparison = z.strictObject({
  metric: z.string(),
  better: z.enum(['higher', 'lower']),
  alpha: z.number(),
  a: seedSummary.nullable(),
  b: seedSummary.nullable(),
  /** Which is better by its mean. */
  winner: z.enum(['a', 'b']).nullable(),
  verdict: z.enum(verdicts),
  /** The tests that the verdict rests on. */
  decidedBy: z.strictObject({
    examples: z.enum(pairedTestKeys).nullable(),
    seeds: z.enum(pairedTestKeys).nullable(),
  }),
  /** Of a − b; the bootstrap's over examples, else the t interval over seeds. */
  difference: z
    .strictObject({
      value: z.number(),
      low: z.number(),
      high: z.number(),
      over: z.enum(['examples', 'seeds']),
    })
    .nullable(),
  paired: z.strictObject({
    by: z.enum(['seed', 'order']),
    seeds: z.array(z.int()),
    pairs: z.int(),
    /** How many examples or queries, as `unit` says. */
    examples: z.int().nullable(),
    unit: z.enum(['example', 'query']),
    split: z.enum(['dev', 'test']).nullable(),
  }),
  /** Answers over examples and seeds, for accuracy. */
  answers: z
    .strictObject({ bothRight: z.int(), onlyA: z.int(), onlyB: z.int(), bothWrong: z.int() })
    .nullable(),
  tests: z.array(testOutcome),
  effects: z.array(effectOutcome),
})
export type SystemComparison = z.infer<typeof systemComparison>
