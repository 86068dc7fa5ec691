import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { MarginMseConfig } from '../../../src-shared/config/distillation.ts'
import { marginError, marginWeights } from '../losses/margin.ts'
import type { DistillationFactory } from './distillation.ts'

/**
 * MarginMSE (Hofstätter et al. 2020, §3.2): not the teacher's scores but the distances between them. Between which
 * pairs: losses/margin.ts.
 */
export const marginMseDistillation: DistillationFactory<MarginMseConfig> = ({ alpha, within }) => ({
  name: 'margin_mse',
  weight: alpha,
  needsTrace: false,
  targets: ({ logits }) => [logits],
  loss: ({ logits }, [target], batch) =>
    marginError(logits, target as Tensor2D, marginWeights(batch, logits.shape[1], within)),
})
