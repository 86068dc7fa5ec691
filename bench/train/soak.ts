import * as tf from '@tensorflow/tfjs-core'
import type { BackendKernels } from '../../src-main/trainer/backends/backend.ts'
import { makeDistillations } from '../../src-main/trainer/distillation/index.ts'
import { distillationConfig } from '../../src-shared/config/distillation.ts'
import { createTrainer, madeUpBatch, makeModel } from './virtlab.ts'

/** Memory that may come and go with the allocator's mood, MiB. */
const TOLERANCE = 32

/** Steps of a small student with VIRT; exits with 1 where tensors or memory pile up after the first tenth. */
export async function soak(kernels: BackendKernels, steps: number): Promise<void> {
  const student = await makeModel({ type: 'virt_encoder', size: 'tiny' })
  const teacher = await makeModel({ type: 'cross_encoder', size: 'tiny' })
  const models = { student, teacher, seed: 1 }
  const distillations = makeDistillations(distillationConfig.parse({ virt: {} }), models)
  // Lengths change from step to step, as they do in training.
  const trainers = [12, 16, 20].map((length) =>
    createTrainer(kernels, student, madeUpBatch(4, length), teacher, distillations),
  )
  const look = () => ({
    tensors: tf.memory().numTensors,
    mebibytes: process.memoryUsage.rss() / 2 ** 20,
  })
  let settled = look()
  const tenth = Math.max(trainers.length, Math.ceil(steps / 10))
  for (let step = 1; step <= steps; step++) {
    await trainers[step % trainers.length]!.step()
    if (step === tenth) settled = look()
    if (step % tenth !== 0) continue
    const { tensors, mebibytes } = look()
    console.log(`step ${step}: ${tensors} tensors, ${mebibytes.toFixed(0)} MiB`)
  }
  const last = look()
  const grown = last.mebibytes - settled.mebibytes
  console.log(
    `since step ${tenth}: ${last.tensors - settled.tensors} tensors, ${grown.toFixed(1)} MiB more`,
  )
  if (last.tensors !== settled.tensors || grown > TOLERANCE) process.exit(1)
}
