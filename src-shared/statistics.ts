import { z } from 'zod'

/**
 * Paired tests between two systems. The first four ask whether the difference would hold on other examples
 * of the same kind, the last two whether it would hold for other seeds.
 */
export const pairedTestKeys = [
  'approximate_randomization',
  'paired_bootstrap',
  'mcnemar_exact',
  'mcnemar_chi2',
  'wilcoxon',
  'paired_t',
] as const
export type PairedTestKey = (typeof pairedTestKeys)[number]

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
