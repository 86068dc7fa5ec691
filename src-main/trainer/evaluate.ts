import * as tf from '@tensorflow/tfjs-core'
import type { EncodedPair, SpecialTokenIds } from './data/batch.ts'
import type { PairExample } from './data/dataset.ts'
import { evalBatches } from './data/batches.ts'
import { makeBatch } from './data/make-batch.ts'
import { scoreAnswers } from './metrics/score-answers.ts'
import type { Task } from './metrics/task.ts'
import { noDropout } from './models/dropout.ts'
import type { PairModel } from './models/model.ts'

export interface PredictionOptions {
  model: PairModel
  pairs: EncodedPair[]
  specials: SpecialTokenIds
  classes: number
  batchSize: number
  /** Called between batches, so that messages and a stop request get through. */
  onBatch?: () => Promise<void>
}

export interface EvaluationOptions extends Omit<PredictionOptions, 'classes'> {
  /** What the pairs were made of, in their order. */
  examples: PairExample[]
  task: Task
}

export interface Evaluation {
  /** `loss` (mean cross-entropy, nats) and every metric that applies. */
  scores: Record<string, number>
  /** In the order of `pairs`. */
  logits: Float32Array<ArrayBuffer>[] // [pairs] of [classes]
}

/** Scores a model on labelled pairs, without dropout. */
export async function evaluate({
  examples,
  task,
  ...options
}: EvaluationOptions): Promise<Evaluation> {
  const logits = await predictLogits({ ...options, classes: task.classes })
  return { scores: scoreAnswers(task, examples, logits), logits }
}

/** Logits of every pair, in the order of `pairs`; batches are made of pairs of like length, as the model reads them. */
export async function predictLogits({
  model,
  pairs,
  specials,
  classes,
  batchSize,
  onBatch,
}: PredictionOptions): Promise<Float32Array<ArrayBuffer>[]> {
  const logits = new Array<Float32Array<ArrayBuffer>>(pairs.length)
  for (const indices of evalBatches(pairs, batchSize, model.apart ? 'apart' : 'jointly')) {
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
