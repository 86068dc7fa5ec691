import type { LoggingConfig } from '../../src-shared/config/training.ts'
import type { TrainingProgress } from './checkpoint.ts'
import type { Outbox } from './outbox.ts'

/** What one optimizer step tells. */
export interface StepRecord {
  /** By name; the mean over the steps since the last point is logged. */
  losses: Record<string, number>
  learningRate: number
  /** Of the mean gradient, before clipping. */
  gradNorm: number
  pairs: number
  durationMs: number
  /** Passes over the data, fractions included. */
  epoch: number
}

/**
 * Logs a training point every `logging.everySteps`. Losses in between are averaged in, not dropped;
 * their sums live in the progress, so that a resumed run averages the same steps.
 */
export function logStep(
  record: StepRecord,
  progress: TrainingProgress,
  logging: LoggingConfig,
  isLastStep: boolean,
  outbox: Outbox,
): void {
  addTo(progress.window, record.losses, 1)
  progress.windowSteps++
  if (progress.step % logging.everySteps !== 0 && !isLastStep) return
  const point = (name: string, value: number) => outbox.point(`train/${name}`, progress.step, value)
  for (const [name, sum] of Object.entries(progress.window)) point(name, sum / progress.windowSteps)
  const perSecond = 1000 / record.durationMs
  point('learning_rate', record.learningRate)
  point('grad_norm', record.gradNorm)
  point('epoch', record.epoch)
  point('steps_per_second', perSecond)
  point('pairs_per_second', record.pairs * perSecond)
  progress.window = {}
  progress.windowSteps = 0
}

/** sums[k] += values[k] · factor, for every k of values. */
export function addTo(
  sums: Record<string, number>,
  values: Record<string, number>,
  factor: number,
): void {
  for (const [name, value] of Object.entries(values)) {
    sums[name] = (sums[name] ?? 0) + value * factor
  }
}
