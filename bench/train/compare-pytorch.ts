import { availableParallelism } from 'node:os'
import type { BackendKernels } from '../../src-main/trainer/backends/backend.ts'
import { encoderSizes } from '../../src-shared/config/model.ts'
import { blockSteps, median, milliseconds, type Measurement } from './measurement.ts'
import { startPyTorch } from './pytorch.ts'
import { createTrainer, labels, madeUpBatch, makeModel, timeEach, vocabSize } from './virtlab.ts'

/** A cross-encoder's step here and by PyTorch, in blocks of steps by turns. */
export async function comparePyTorch(
  kernels: BackendKernels,
  { size, batch, length, rounds }: Measurement,
): Promise<Record<string, string>[]> {
  const model = await makeModel({ type: 'cross_encoder', size })
  const pairs = madeUpBatch(batch, length)
  const trainer = createTrainer(kernels, model, pairs)
  const pytorch = await startPyTorch({
    vocabSize,
    ...encoderSizes[size],
    labels,
    dropout: 0.1,
    threads: availableParallelism(),
    batch,
    length,
    inputIds: [...pairs.joint.inputIds],
    tokenTypeIds: [...pairs.joint.tokenTypeIds],
    attentionMask: [...pairs.joint.attentionMask],
    classes: [...pairs.labels],
  })
  const warmUp = median(await timeEach(3, trainer.step))
  await pytorch.steps(3)
  const count = blockSteps(warmUp)
  const own: number[] = []
  const others: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const ownTimes = await timeEach(count, trainer.step)
    const otherTimes = await pytorch.steps(count)
    own.push(...ownTimes)
    others.push(...otherTimes)
    ratios.push(median(otherTimes) / median(ownTimes))
  }
  pytorch.end()
  trainer.dispose()
  model.dispose()
  return [
    {
      [`cross_encoder (${pytorch.version})`]: `BERT ${size}, ${batch} × ${length} tokens`,
      'ours, ms': milliseconds(median(own)),
      'PyTorch, ms': milliseconds(median(others)),
      ratio: median(ratios).toFixed(2),
      'least to most': `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      steps: String(own.length),
    },
  ]
}
