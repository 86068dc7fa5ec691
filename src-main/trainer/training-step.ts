import * as tf from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { PairBatch } from './data/batch.ts'
import type { Distillation } from './distillation/distillation.ts'
import { crossEntropy } from './losses/cross-entropy.ts'
import { noDropout } from './models/dropout.ts'
import type { Dropout, PairModel } from './models/model.ts'

export interface MicroBatchResult {
  /** `loss`, and with a teacher its parts: `loss_ce`, `loss_<distillation>` (unweighted). */
  losses: Record<string, number>
  /** By variable name; the caller owns them. */
  gradients: NamedTensorMap
}

/**
 * Forward and backward of one micro-batch: L = CE + Σ α·L_distillation. The frozen teacher runs first,
 * once for all of them, without dropout and outside the gradient.
 */
export async function trainOnMicroBatch(
  student: PairModel,
  teacher: PairModel | undefined,
  distillations: Distillation[],
  batch: PairBatch,
  dropout: Dropout,
): Promise<MicroBatchResult> {
  const trace = distillations.some(({ needsTrace }) => needsTrace)
  const targets: Tensor[][] = teacher
    ? tf.tidy(() => {
        const output = teacher.forward(batch, { dropout: noDropout, trace })
        return distillations.map((distillation) => distillation.targets(output, batch))
      })
    : []

  const parts: Record<string, Scalar> = {}
  const { value, grads } = tf.variableGrads(() => {
    const output = student.forward(batch, { dropout, trace })
    let total = crossEntropy(output.logits, batch.labels)
    if (distillations.length > 0) parts['loss_ce'] = tf.keep(tf.clone(total))
    distillations.forEach((distillation, i) => {
      const loss = distillation.loss(output, targets[i]!, batch)
      parts[`loss_${distillation.name}`] = tf.keep(tf.clone(loss))
      total = tf.add(total, tf.mul(loss, distillation.weight))
    })
    return total
  }, [...student.parameters.values()])
  tf.dispose(targets)

  const losses: Record<string, number> = {}
  for (const [name, scalar] of Object.entries({ loss: value, ...parts })) {
    losses[name] = (await scalar.data())[0]!
    scalar.dispose()
  }
  return { losses, gradients: grads }
}
