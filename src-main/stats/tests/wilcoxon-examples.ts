import { isRefusal, type PairedTest } from '../paired.ts'
import { signedRank } from './signed-rank.ts'

/**
 * Wilcoxon's signed-rank test on the differences of the examples, or of the queries where candidates are ranked, each
 * the mean of its seeds': for metrics that are means of such. Of right and wrong answers of one seed all differences
 * are ±1, and it is a test of signs.
 */
export const wilcoxonExamples: PairedTest = {
  title: 'Wilcoxon signed-rank',
  over: 'examples',
  run({ exampleDifferences }) {
    if (isRefusal(exampleDifferences)) return exampleDifferences
    // Means of seeds' differences tie but for their last digits.
    const differences = Array.from(exampleDifferences, (value) => Math.round(value * 1e12) / 1e12)
    if (differences.every((value) => value === 0)) return 'no_discordant_answers'
    return signedRank(differences)
  },
}
