import { modelConfig, type ModelConfig } from '../../src-shared/config/model.ts'
import { trainingConfig } from '../../src-shared/config/training.ts'
import type { BackendKernels } from '../../src-main/trainer/backends/backend.ts'
import type { EncodedPair, PairBatch } from '../../src-main/trainer/data/batch.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import type { Distillation } from '../../src-main/trainer/distillation/distillation.ts'
import { buildModel } from '../../src-main/trainer/models/build.ts'
import { createDropout } from '../../src-main/trainer/models/dropout.ts'
import type { PairModel } from '../../src-main/trainer/models/model.ts'
import { createOptimizer } from '../../src-main/trainer/optimizer.ts'
import { trainOnMicroBatch } from '../../src-main/trainer/training-step.ts'

export const vocabSize = 30522
export const labels = 3
const specials = { pad: 0, unk: 100, cls: 101, sep: 102, mask: 103 }

/** Pairs of made-up tokens: the longest joint sequence has `length` tokens, the shortest about half of that. */
export function madeUpBatch(batch: number, length: number): PairBatch {
  const ids = (count: number, from: number) =>
    Int32Array.from({ length: count }, (_, i) => 1000 + (((from + i) * 7919) % 29000))
  const pairs: EncodedPair[] = Array.from({ length: batch }, (_, b) => {
    const content = length - 3 - Math.floor((b * length) / 2 / batch)
    const xLength = content >> 1
    return {
      id: String(b),
      label: b % labels,
      xIds: ids(xLength, b * length),
      yIds: ids(content - xLength, b * length + xLength),
    }
  })
  return makeBatch(pairs, specials)
}

export async function makeModel(config: Partial<ModelConfig>): Promise<PairModel> {
  return await buildModel({
    config: modelConfig.parse(config),
    labelCount: labels,
    vocabSize,
    padTokenId: specials.pad,
    maxPositions: 512,
    seed: 1,
  })
}

/** The training loop's step on one batch, over and over: forward, backward, norm, clipping, AdamW, the loss read. */
export function createTrainer(
  kernels: BackendKernels,
  student: PairModel,
  batch: PairBatch,
  teacher?: PairModel,
  distillations: Distillation[] = [],
): { step: () => Promise<number>; dispose: () => void } {
  const optimizer = createOptimizer(student.parameters, trainingConfig.parse({}), kernels)
  const dropout = createDropout({ kernels, seed: 1 })
  let steps = 0
  return {
    async step() {
      dropout.beginStep(steps++, true)
      const result = await trainOnMicroBatch(student, teacher, distillations, batch, dropout)
      optimizer.accumulate(result.gradients)
      await optimizer.step(1e-4)
      return result.losses['loss']!
    },
    dispose() {
      optimizer.dispose()
    },
  }
}

/** Runs the work that often → the time of each, ms. */
export async function timeEach(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return times
}
