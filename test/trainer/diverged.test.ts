import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { trainingConfig } from '../../src-shared/config/training.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { ActiveBackend } from '../../src-main/trainer/backends/backend.ts'
import { checkLosses } from '../../src-main/trainer/diverged.ts'
import { createOptimizer } from '../../src-main/trainer/optimizer.ts'
import { useBackend } from '../support/each-backend.ts'

let backend: ActiveBackend
beforeAll(async () => (backend = await useBackend('cpu')))

const parametersOf = (values: Record<string, number[]>) =>
  new Map(Object.entries(values).map(([name, v]) => [name, tf.variable(tf.tensor1d(v))]))

async function refusal(action: () => unknown): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof UserError) return error.explain()
    throw error
  }
  return 'accepted'
}

describe('a gradient that is not finite', () => {
  it('stops the run by step and parameter, and changes nothing', async () => {
    const parameters = parametersOf({ good: [1, 2], bad: [3] })
    const optimizer = createOptimizer(parameters, trainingConfig.parse({}), backend.kernels)
    const step = (bad: number) => {
      const nameOf = (name: string) => parameters.get(name)!.name
      optimizer.accumulate({
        [nameOf('good')]: tf.tensor1d([0.1, 0.2]),
        [nameOf('bad')]: tf.tensor1d([bad]),
      })
      return optimizer.step(0.01)
    }
    await step(1)
    const values = () =>
      [...parameters.values(), ...optimizer.state().values()].map((t) => [...t.dataSync()])
    const before = values()
    expect(await refusal(() => step(NaN))).toMatch(
      /step 2: the gradient of bad became NaN.*checkpoints from before are kept/s,
    )
    expect(values()).toEqual(before)
    expect(optimizer.steps).toBe(1)
  })
})

describe('a loss that is not finite', () => {
  it('stops the run by step, part and the parameter that holds such numbers', async () => {
    const parameters = parametersOf({ fine: [1], burst: [1, Infinity] })
    const losses = { loss: NaN, loss_ce: 0.5, loss_virt: NaN }
    expect(await refusal(() => checkLosses(losses, parameters, 7))).toMatch(
      /step 7: loss_virt \(with burst not finite\) became NaN/,
    )
    const sane = parametersOf({ fine: [1] })
    expect(await refusal(() => checkLosses({ loss: Infinity }, sane, 7))).toMatch(
      /loss became Infinity/,
    )
    expect(await refusal(() => checkLosses({ loss: 1 }, parameters, 7))).toBe('accepted')
  })
})
