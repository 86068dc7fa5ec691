import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../../src-shared/errors.ts'
import type { Parameters } from './models/model.ts'

/**
 * One rule for a run that has diverged: it stops at that step and says what became NaN or infinite. Nothing is saved
 * then, so its checkpoints are from before.
 *
 * @param what the loss, or the gradient of a parameter by name
 */
export function diverged(what: string, value: number, step: number): UserError {
  return new UserError(`${what} became ${value}`, {
    where: `step ${step}`,
    fix: 'lower training.learningRate, or set training.clipNorm; the checkpoints from before are kept',
  })
}

/**
 * Throws where a loss is not finite: names the part of it that is not, and the first parameter that holds such
 * numbers, if any does.
 *
 * @param losses `loss` and its parts, by name
 */
export function checkLosses(
  losses: Record<string, number>,
  parameters: Parameters,
  step: number,
): void {
  const bad = Object.entries(losses).filter(([, value]) => !Number.isFinite(value))
  // The total is bad whichever part is.
  const [name, value] = bad.find(([key]) => key !== 'loss') ?? bad[0] ?? []
  if (name === undefined || value === undefined) return
  const parameter = [...parameters].find(([, variable]) => !isFiniteTensor(variable))?.[0]
  throw diverged(parameter ? `${name} (with ${parameter} not finite)` : name, value, step)
}

function isFiniteTensor(tensor: tf.Tensor): boolean {
  return tf.tidy(() => Number.isFinite(tf.sum(tf.abs(tensor)).dataSync()[0]))
}
