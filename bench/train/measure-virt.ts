import * as tf from '@tensorflow/tfjs-core'
import type { BackendKernels } from '../../src-main/trainer/backends/backend.ts'
import { makeDistillations } from '../../src-main/trainer/distillation/index.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import { distillationConfig } from '../../src-shared/config/distillation.ts'
import { blockSteps, median, milliseconds, type Measurement } from './measurement.ts'
import { createTrainer, madeUpBatch, makeModel, timeEach } from './virtlab.ts'

/** A student's step with VIRT against its step without and the teacher's forward pass, by turns. */
export async function measureVirt(
  kernels: BackendKernels,
  { size, batch, length, rounds }: Measurement,
): Promise<Record<string, string>[]> {
  const student = await makeModel({ type: 'virt_encoder', size })
  const teacher = await makeModel({ type: 'cross_encoder', size })
  const pairs = madeUpBatch(batch, length)
  const distillations = makeDistillations(distillationConfig.parse({ virt: {} }), {
    student,
    teacher,
    seed: 1,
  })
  const withVirt = createTrainer(kernels, student, pairs, teacher, distillations)
  const without = createTrainer(kernels, student, pairs)
  const forward = async () => {
    const logits = tf.tidy(
      () => teacher.forward(pairs, { dropout: noDropout, trace: false }).logits,
    )
    await logits.data()
    logits.dispose()
  }
  const works = [withVirt.step, without.step, forward]
  const warmUp = await timeEach(3, withVirt.step)
  for (const work of works) await timeEach(2, work)
  const count = blockSteps(median(warmUp))
  const times: number[][] = works.map(() => [])
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const medians: number[] = []
    for (const [i, work] of works.entries()) {
      const block = await timeEach(count, work)
      times[i]!.push(...block)
      medians.push(median(block))
    }
    ratios.push(medians[0]! / (medians[1]! + medians[2]!))
  }
  for (const one of [withVirt, without, student, teacher]) one.dispose()
  const [virt, plain, teaching] = times.map((all) => milliseconds(median(all))) as [
    string,
    string,
    string,
  ]
  return [
    {
      virt_encoder: `BERT ${size}, ${batch} × ${length} tokens`,
      'with VIRT, ms': virt,
      'without, ms': plain,
      'teacher, ms': teaching,
      'with ÷ (without + teacher)': median(ratios).toFixed(2),
      'least to most': `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    },
  ]
}
