import * as tf from '@tensorflow/tfjs-core'
import type { EncodedPair, SpecialTokenIds } from './data/batch.ts'
import { evalBatches } from './data/batches.ts'
import { makeBatch } from './data/make-batch.ts'
import { metrics } from './metrics/index.ts'
import { confusionMatrix } from './metrics/confusion.ts'
import { noDropout } from './models/dropout.ts'
import type { PairModel } from './models/model.ts'

export interface EvaluationOptions {
  model: PairModel
  pairs: EncodedPair[]
  specials: SpecialTokenIds
  classes: number
  batchSize: number
  /** Called between batches, so that messages and a stop request get through. */
  onBatch?: () => Promise<void>
}

export interface Evaluation {
  /** `loss` (mean cross-entropy, nats) and every metric that applies. */
  scores: Record<string, number>
  /** In the order of `pairs`. */
  logits: Float32Array<ArrayBuffer>[] // [pairs] of [classes]
}

/** Scores a model on labelled pairs, without dropout. */
export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  const { pairs, classes } = options
  const logits = await predictLogits(options)
  const predicted = logits.map((row) => row.indexOf(Math.max(...row)))
  const gold = pairs.map((pair) => pair.label)
  const matrix = confusionMatrix(gold, predicted, classes)
  const scores: Record<string, number> = {
    loss: logits.reduce((sum, row, i) => sum + nats(row, gold[i]!), 0) / pairs.length,
  }
  for (const metric of metrics) {
    if (metric.appliesTo(classes)) scores[metric.key] = metric.compute(matrix)
  }
  return { scores, logits }
}

/** Logits of every pair, in the order of `pairs`; batches are made of pairs of like length. */
export async function predictLogits({
  model,
  pairs,
  specials,
  classes,
  batchSize,
  onBatch,
}: EvaluationOptions): Promise<Float32Array<ArrayBuffer>[]> {
  const logits = new Array<Float32Array<ArrayBuffer>>(pairs.length)
  for (const indices of evalBatches(pairs, batchSize)) {
    const batch = makeBatch(
      indices.map((i) => pairs[i]!),
      specials,
    )
    const output = tf.tidy(
      () => model.forward(batch, { dropout: noDropout, trace: false }).logits, // [batch, classes]
    )
    const values = (await output.data()) as Float32Array<ArrayBuffer>
    output.dispose()
    indices.forEach((pairIndex, row) => {
      logits[pairIndex] = values.slice(row * classes, (row + 1) * classes)
    })
    await onBatch?.()
  }
  return logits
}

/** −log softmax(logits)[label], in float64. */
function nats(logits: Float32Array, label: number): number {
  const max = Math.max(...logits)
  let sum = 0
  for (const value of logits) sum += Math.exp(value - max)
  return Math.log(sum) + max - logits[label]!
}
