import type { TrainingConfig } from '../../src-shared/config/training.ts'

/** How many steps a run has and when it is scored; a function of the configuration and the data's size. */
export interface TrainingPlan {
  microBatchesPerEpoch: number
  /** Optimizer steps; the last group of an epoch may hold fewer micro-batches. */
  stepsPerEpoch: number
  totalSteps: number
  /** Optimizer steps between dev evaluations. */
  evalEvery: number
}

export function planTraining(trainingPairs: number, config: TrainingConfig): TrainingPlan {
  const microBatchesPerEpoch = Math.ceil(trainingPairs / config.batchSize)
  const stepsPerEpoch = Math.ceil(microBatchesPerEpoch / config.gradientAccumulation)
  const wanted = Math.max(1, Math.round(config.epochs * stepsPerEpoch))
  return {
    microBatchesPerEpoch,
    stepsPerEpoch,
    totalSteps: Math.min(wanted, config.maxSteps ?? wanted),
    evalEvery: config.evalEvery ?? stepsPerEpoch,
  }
}
