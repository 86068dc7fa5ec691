import type { Refusal, TestUnit } from '../../src-shared/statistics.ts'
import type { EvaluatedTable, TableWarning } from '../../src-shared/tables/evaluated.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'
import { pairedTests } from '../stats/registry.ts'

/** What a reader has to know to read the numbers, in the order of a paper's caption. */
export function tableNotes(table: EvaluatedTable, recipe: TableRecipe): string[] {
  const { significance, reference, best, spread } = recipe
  const { alpha, correction } = significance
  const units = table.test.units.map((unit) => unitText[unit]).join(' and ')
  const title = `${pairedTests[table.test.key].title} over ${units}`
  const family = (n: number) =>
    correction === 'holm' && n > 1 ? `, Holm-corrected over ${n} comparisons` : ''
  const notes: string[] = []
  if (spread === 'std') notes.push('Mean ± standard deviation over seeds.')
  if (spread === 'interval') notes.push('Mean and its 95 % t interval over seeds.')
  if (reference?.delta) {
    notes.push(`In parentheses the difference from ${levelsText(reference.at)}.`)
  }
  if (reference?.marks && table.test.references > 0) {
    notes.push(
      `* differs from ${levelsText(reference.at)} with p ≤ ${alpha} (${title}${family(table.test.references)}).`,
    )
  }
  if (best.within !== 'none') {
    const ties =
      best.ties && table.test.bests > 0
        ? `, and what is not significantly worse (${title}, p > ${alpha}${family(table.test.bests)})`
        : ''
    notes.push(`Bold: the best of its ${best.within}${ties}.`)
  }
  return notes
}

const unitText: Record<TestUnit, string> = {
  example: 'examples',
  query: 'queries',
  seed: 'seeds',
}

const levelsText = (at: Readonly<Record<string, string>>): string => Object.values(at).join(', ')

/** Why the numbers may say less than they seem to; English, for the command line and files. */
export function warningText(warning: TableWarning): string {
  switch (warning.kind) {
    case 'mixed':
      return `${warning.cells} cells mix runs that differ in more than their seed: ${warning.settings.join(', ')}. Make them rows or columns, or choose fewer runs.`
    case 'repeated_seeds':
      return `${warning.cells} cells have several runs of one seed: the newest counts.`
    case 'too_small':
      return `${warning.tests} of ${warning.of} comparisons have too few data: no difference could have been significant.`
    case 'refused':
      return `${warning.tests} comparisons could not be tested: ${refusalText[warning.refusal]}.`
    case 'unpaired_seeds':
      return `${warning.tests} comparisons are between systems that were not trained with the same seeds.`
    case 'no_reference':
      return `${warning.cells} cells have no reference to be compared with.`
    case 'few_seeds':
      return `With ${warning.seeds} seeds only a mean difference above ${warning.deviations.toFixed(1)} standard deviations is significant, before any correction.`
    case 'uneven_seeds':
      return `Some cells have ${warning.least} seeds, others ${warning.most}.`
  }
}

export const refusalText: Record<Refusal, string> = {
  no_shared_predictions: 'the runs have no stored answers to the same examples',
  not_of_predictions: 'the metric cannot be computed from stored answers (use a test over seeds)',
  accuracy_only: 'the test is defined for accuracy only',
  needs_two_seeds: 'it takes two seeds that both systems were trained with',
  constant_difference: 'all seeds differ by exactly the same, so their spread is unknown',
  no_discordant_answers: 'both give the same answers',
}
