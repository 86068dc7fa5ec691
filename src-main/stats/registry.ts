import type { EffectKey, PairedTestKey } from '../../src-shared/statistics.ts'
import { cohensD } from './effects/cohens-d.ts'
import { differenceOverExamples } from './effects/difference-over-examples.ts'
import { differenceOverSeeds } from './effects/difference-over-seeds.ts'
import { oddsRatio } from './effects/odds-ratio.ts'
import type { Effect, PairedTest } from './paired.ts'
import { approximateRandomization } from './tests/approximate-randomization.ts'
import { mcnemarChi2 } from './tests/mcnemar-chi2.ts'
import { mcnemarExact } from './tests/mcnemar-exact.ts'
import { pairedBootstrap } from './tests/paired-bootstrap.ts'
import { pairedT } from './tests/paired-t.ts'
import { wilcoxonExamples } from './tests/wilcoxon-examples.ts'
import { wilcoxon } from './tests/wilcoxon.ts'

/** Every paired test, one file each. */
export const pairedTests: Record<PairedTestKey, PairedTest> = {
  approximate_randomization: approximateRandomization,
  paired_bootstrap: pairedBootstrap,
  mcnemar_exact: mcnemarExact,
  mcnemar_chi2: mcnemarChi2,
  wilcoxon_examples: wilcoxonExamples,
  wilcoxon,
  paired_t: pairedT,
}

/** Every effect size, one file each. */
export const effects: Record<EffectKey, Effect> = {
  difference_over_examples: differenceOverExamples,
  difference_over_seeds: differenceOverSeeds,
  cohens_d: cohensD,
  odds_ratio: oddsRatio,
}
