import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { DistillationConfig } from '../../../src-shared/config/training.ts'
import type { PairBatch } from '../data/batch.ts'
import type { ForwardOutput, PairModel } from '../models/model.ts'

/** Something a student learns from its frozen teacher beside the labels. */
export interface Distillation {
  /** Names the series: `train/loss_<name>`. */
  name: string
  /** α in L = CE + Σ α·L_name. */
  weight: number
  /** What is wanted of the teacher for this batch; runs outside the gradient, the tensors are disposed after the step. */
  targets(teacher: ForwardOutput, batch: PairBatch): Tensor[]
  /** Differentiable in the student. */
  loss(student: ForwardOutput, targets: Tensor[], batch: PairBatch): Scalar
}

/**
 * Checks that the two models fit, then makes the distillation; undefined where the configuration does
 * not ask for it. Throws UserError where it cannot apply.
 */
export type DistillationFactory = (
  config: DistillationConfig,
  student: PairModel,
  teacher: PairModel,
) => Distillation | undefined
