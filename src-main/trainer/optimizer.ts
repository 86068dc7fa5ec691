import * as tf from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { TrainingConfig } from '../../src-shared/config/training.ts'
import type { AdamWSlot, BackendKernels } from './backends/backend.ts'
import { diverged } from './diverged.ts'
import type { Parameters } from './models/model.ts'

/** Sums micro-batch gradients, clips their global norm and applies AdamW. */
export interface Optimizer {
  /** Adds one micro-batch's gradients, by variable name; takes ownership of the tensors. */
  accumulate(gradients: NamedTensorMap): void
  /**
   * One update from the mean of what was accumulated.
   * @returns the global norm of that mean, before clipping
   * @throws UserError naming the step and the parameter, before anything is changed, where a gradient is not finite
   */
  step(learningRate: number): Promise<number>
  /** Updates made so far. */
  readonly steps: number
  /** Moments by parameter name, `m.<name>` and `v.<name>`; not to be disposed. */
  state(): Map<string, Tensor>
  restore(state: Map<string, Tensor>, steps: number): void
  dispose(): void
}

/** BERT's rule (virt.md, "Recipe"): no weight decay on biases and LayerNorm. */
export function hasWeightDecay(parameterName: string): boolean {
  return !/(\.bias|LayerNorm\.weight)$/.test(parameterName)
}

export function createOptimizer(
  parameters: Parameters,
  config: TrainingConfig,
  kernels: BackendKernels,
): Optimizer {
  const slots = new Map<string, AdamWSlot>()
  for (const [name, parameter] of parameters) {
    const zeros = () => tf.variable(tf.zeros(parameter.shape), false)
    slots.set(name, { parameter, m: zeros(), v: zeros(), decay: hasWeightDecay(name) })
  }
  const nameOf = new Map([...parameters].map(([name, variable]) => [variable.name, name]))
  let sums = new Map<string, Tensor>()
  let microBatches = 0
  let steps = 0

  return {
    accumulate(gradients) {
      microBatches++
      for (const [variableName, gradient] of Object.entries(gradients)) {
        const name = nameOf.get(variableName)
        if (name === undefined) throw new Error(`gradient of an unknown variable ${variableName}`)
        const before = sums.get(name)
        if (!before) {
          sums.set(name, gradient)
          continue
        }
        sums.set(name, tf.add(before, gradient))
        tf.dispose([before, gradient])
      }
    },

    async step(learningRate) {
      // Slots keep the parameters' order, so that sums are taken in the same order in every run. A parameter
      // that the loss does not reach (the pooler of a mean-pooled tower) has no gradient and stays as it is.
      const updated = [...slots].filter(([name]) => sums.has(name))
      const gradients = updated.map(([name]) => sums.get(name)!)
      const mean = 1 / microBatches
      const norm = Math.sqrt(await kernels.squaredNorm(gradients)) * mean
      const clip = config.clipNorm > 0 ? Math.min(1, config.clipNorm / (norm + 1e-6)) : 1
      if (!Number.isFinite(norm)) throw await firstBadGradient(updated, norm)
      steps++
      kernels.adamW(
        updated.map(([, slot]) => slot),
        gradients,
        {
          learningRate,
          beta1: config.beta1,
          beta2: config.beta2,
          epsilon: config.epsilon,
          weightDecay: config.weightDecay,
          step: steps,
          gradientScale: mean * clip,
        },
      )
      tf.dispose(gradients)
      sums = new Map()
      microBatches = 0
      return norm
    },

    get steps() {
      return steps
    },

    state() {
      return new Map(
        [...slots].flatMap(([name, { m, v }]) => [
          [`m.${name}`, m],
          [`v.${name}`, v],
        ]),
      )
    },

    restore(state, stepsMade) {
      for (const [name, slot] of slots) {
        const m = state.get(`m.${name}`)
        const v = state.get(`v.${name}`)
        if (!m || !v) throw new Error(`the optimizer state lacks ${name}`)
        slot.m.assign(m)
        slot.v.assign(v)
      }
      steps = stepsMade
    },

    dispose() {
      for (const { m, v } of slots.values()) tf.dispose([m, v])
      tf.dispose([...sums.values()])
    },
  }

  /** Each gradient's norm may be finite where that of all is not: then there is no one parameter to name. */
  async function firstBadGradient(updated: [name: string, AdamWSlot][], norm: number) {
    for (const [name] of updated) {
      const squared = await kernels.squaredNorm([sums.get(name)!])
      if (!Number.isFinite(squared)) return diverged(`the gradient of ${name}`, squared, steps + 1)
    }
    return diverged('the norm of all gradients', norm, steps + 1)
  }
}
