import { ablation } from './ablation.ts'
import { alphaSweep } from './alpha.ts'
import { generality } from './generality.ts'
import { layers } from './layers.ts'
import { mainResults } from './main-results.ts'
import type { SuitePreset } from './preset.ts'

/** The paper's experiments, one file each. */
export const suitePresets: readonly SuitePreset[] = [
  mainResults,
  ablation,
  generality,
  layers,
  alphaSweep,
]
