import type { VirtConfig } from '../../../../src-shared/config/distillation.ts'
import { klDivergence } from './kl-divergence.ts'
import { l2Norm } from './l2-norm.ts'
import { paperCode } from './paper-code.ts'
import type { VirtReduction } from './reduction.ts'
import { squaredError } from './squared-error.ts'

/** Every reduction by the name it has in a configuration. */
export const virtReductions: Record<VirtConfig['reduction'], VirtReduction> = {
  default: squaredError,
  paper_code: paperCode,
  l2: l2Norm,
  kl: klDivergence,
}
