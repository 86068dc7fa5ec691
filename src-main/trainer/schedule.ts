import type { TrainingConfig } from '../../src-shared/config/training.ts'

/**
 * Learning rate of an optimizer step, as Hugging Face's schedules give it: the rate rises from 0 over the
 * warm-up steps, then follows the schedule down to 0 (or stays, for `constant`).
 *
 * @param step from 0: the first step of a run with warm-up has rate 0
 */
export function learningRateAt(
  step: number,
  totalSteps: number,
  config: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'warmupRatio'>,
): number {
  const warmup = Math.ceil(totalSteps * config.warmupRatio)
  if (step < warmup) return config.learningRate * (step / warmup)
  const progress = Math.min(1, (step - warmup) / Math.max(1, totalSteps - warmup))
  return config.learningRate * decay[config.schedule](progress)
}

const decay: Record<TrainingConfig['schedule'], (progress: number) => number> = {
  constant: () => 1,
  linear: (progress) => 1 - progress,
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
}
