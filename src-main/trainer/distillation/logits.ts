import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { LogitsConfig } from '../../../src-shared/config/distillation.ts'
import { logitError, softenedDivergence } from '../losses/logits.ts'
import type { DistillationFactory } from './distillation.ts'

/**
 * Logit KD (Hinton et al. 2015, §2): the student learns the teacher's answers, softened by a temperature, or its very
 * logits. Any model can teach any other.
 */
export const logitsDistillation: DistillationFactory<LogitsConfig> = ({
  alpha,
  temperature,
  loss,
}) => ({
  name: 'logits',
  weight: alpha,
  needsTrace: false,
  targets: ({ logits }) => [logits],
  loss: ({ logits }, [target]) =>
    loss === 'mse'
      ? logitError(logits, target as Tensor2D)
      : softenedDivergence(logits, target as Tensor2D, temperature),
})
