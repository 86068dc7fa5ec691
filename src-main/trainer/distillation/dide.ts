import * as tf from '@tensorflow/tfjs-core'
import type { DideConfig } from '../../../src-shared/config/distillation.ts'
import { klDivergence } from '../losses/virt/kl-divergence.ts'
import { distilCrossAttention } from './cross-attention.ts'
import type { DistillationFactory } from './distillation.ts'
import { fitModels } from './fit.ts'

/**
 * DiDE, cross-modal attention distillation (Wang et al. 2022, §3.3) for two texts: the teacher's cross blocks and the
 * attention that the student's towers would have had there, as in VIRT, but by the divergence of the rows, with the
 * mean over heads, and of the last layer alone unless more are asked for.
 *
 *   L_dide = mean_{l, dir, b, r ≤ len_b, h} KL(M[b,h,r,·] ‖ M̃[b,h,r,·])
 */
export const dideDistillation: DistillationFactory<DideConfig> = (config, models) => {
  const pairs = fitModels('dide', config, models)
  const reduction = {
    directions: klDivergence.directions,
    blockLoss: (block: Parameters<typeof klDivergence.blockLoss>[0]) =>
      tf.div<tf.Scalar>(klDivergence.blockLoss(block), block.teacherMap.shape[1]),
  }
  return { name: 'dide', weight: config.alpha, ...distilCrossAttention(pairs, reduction) }
}
