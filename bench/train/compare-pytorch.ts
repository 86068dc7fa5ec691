import type { BackendKernels } from '../../src-main/trainer/backends/backend.ts'
import { encoderSizes } from '../../src-shared/config/model.ts'
import { blockSteps, median, milliseconds, type Measurement } from './measurement.ts'
import { startPyTorch } from './pytorch.ts'
import { createTrainer, labels, madeUpBatch, makeModel, timeEach, vocabSize } from './virtlab.ts'

/**
 * A cross-encoder's step here and by PyTorch, in blocks of steps by turns. The ratio is that of the quickest steps:
 * PyTorch's threads wait for one another at every operation, so other work on the machine slows it manyfold.
 */
export async function comparePyTorch(
  kernels: BackendKernels,
  { size, batch, length, rounds, threads }: Measurement,
): Promise<Record<string, string>[]> {
  const model = await makeModel({ type: 'cross_encoder', size })
  const pairs = madeUpBatch(batch, length)
  const trainer = createTrainer(kernels, model, pairs)
  const pytorch = await startPyTorch({
    vocabSize,
    ...encoderSizes[size],
    labels,
    dropout: 0.1,
    threads,
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
  for (let round = 0; round < rounds; round++) {
    own.push(...(await timeEach(count, trainer.step)))
    others.push(...(await pytorch.steps(count)))
  }
  pytorch.end()
  trainer.dispose()
  model.dispose()
  return [
    {
      [`cross_encoder (${pytorch.version})`]: `BERT ${size}, ${batch} × ${length} tokens`,
      'ours, quickest, ms': milliseconds(Math.min(...own)),
      'PyTorch, quickest': milliseconds(Math.min(...others)),
      ratio: (Math.min(...others) / Math.min(...own)).toFixed(2),
      'ours, median': milliseconds(median(own)),
      'PyTorch, median': milliseconds(median(others)),
      steps: String(own.length),
    },
  ]
}
