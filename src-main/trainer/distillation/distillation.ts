import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { PairBatch } from '../data/batch.ts'
import type { ForwardOutput, PairModel } from '../models/model.ts'

/** Something a student learns from its frozen teacher beside the labels. */
export interface Distillation {
  /** Names the series: `train/loss_<name>`. */
  name: string
  /** α in L = CE + Σ α·L_name. */
  weight: number
  /** Whether it reads the models' layers, or their logits alone. */
  needsTrace: boolean
  /** What is wanted of the teacher for this batch; runs outside the gradient, the tensors are disposed after the step. */
  targets(teacher: ForwardOutput, batch: PairBatch): Tensor[]
  /** Differentiable in the student. */
  loss(student: ForwardOutput, targets: Tensor[], batch: PairBatch): Scalar
}

/** The two models of a distillation, and the seed of what is drawn. */
export interface Models {
  student: Pick<PairModel, 'type' | 'encoder' | 'towerLayers'>
  teacher: Pick<PairModel, 'type' | 'encoder' | 'towerLayers'>
  seed: number
}

/** Checks that the two models fit, then makes the distillation. Throws UserError where it cannot apply. */
export type DistillationFactory<Config> = (config: Config, models: Models) => Distillation
