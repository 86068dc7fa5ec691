import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../../../src-shared/config/model.ts'
import type { EncodedPair, SpecialTokenIds } from '../data/batch.ts'
import { makeBatch, textBlock } from '../data/make-batch.ts'
import { noDropout } from '../models/dropout.ts'
import type { PairModel, TextVectors } from '../models/model.ts'
import { disposeTexts, joinTexts } from '../models/text-vectors.ts'

/** A model under measurement, and the texts that it is measured on. */
export interface Subject {
  model: PairModel
  config: ModelConfig
  labels: number
  pairs: EncodedPair[]
  specials: SpecialTokenIds
}

/** Pairs a batch where a cross_encoder meets many candidates, and texts a batch that towers encode. */
const BATCH = 32
/** Numbers of cached vectors that meet a query at once: 16 MiB, so that what is made of them stays small. */
const CHUNK_NUMBERS = 2 ** 22

const context = { dropout: noDropout, trace: false }

/** Item i of a list that begins anew when it ends. */
export const cycle = <T>(items: readonly T[], i: number): T => items[i % items.length]!

/** Logits of some pairs as one batch, on the host. */
export async function scoreBatch(subject: Subject, pairs: EncodedPair[]): Promise<void> {
  const batch = makeBatch(pairs, subject.specials)
  await readBack(tf.tidy(() => subject.model.forward(batch, context).logits))
}

/** Waits until the backend has computed a tensor: its numbers are on the host. */
async function readBack(tensor: Tensor2D): Promise<void> {
  await tensor.data()
  tensor.dispose()
}

/** Candidates that are there before a query comes: their vectors where the model caches, else their tokens. */
export interface Candidates {
  /** Scores one query against all of them, from its token ids to logits on the host. */
  meet(query: EncodedPair): Promise<void>
  dispose(): void
}

export function prepareCandidates(subject: Subject, count: number): Candidates {
  const { model, pairs, specials } = subject
  const texts = Array.from({ length: count }, (_, i) => cycle(pairs, i).yIds)
  texts.sort((a, b) => a.length - b.length)
  const { apart } = model
  if (!apart) {
    return {
      async meet(query) {
        for (const yIds of batchesOf(texts, BATCH)) {
          await scoreBatch(
            subject,
            yIds.map((ids) => ({ ...query, yIds: ids })),
          )
        }
      },
      dispose: () => {},
    }
  }
  const chunks = cacheTexts(subject, texts)
  return {
    async meet(query) {
      const logits = tf.tidy(() => {
        const x = apart.encode('x', textBlock([query.xIds], specials))
        return tf.concat(chunks.map((chunk) => apart.interact(x, chunk)))
      })
      await readBack(logits)
    },
    dispose: () => disposeTexts(chunks),
  }
}

/** Y's of like length through their tower, in chunks that fit the memory at once. */
function cacheTexts({ model, specials }: Subject, texts: Int32Array[]): TextVectors[] {
  const chunks: TextVectors[] = []
  let waiting: TextVectors[] = []
  const close = () => {
    if (waiting.length === 0) return
    chunks.push(joinTexts(waiting))
    disposeTexts(waiting)
    waiting = []
  }
  for (const batch of batchesOf(texts, BATCH)) {
    const encoded = model.apart!.encode('y', textBlock(batch, specials))
    const rows = waiting.reduce((sum, { mask }) => sum + mask.shape[0], batch.length)
    const [, vectors, width] = encoded.vectors.shape
    if (rows * vectors * width > CHUNK_NUMBERS) close()
    waiting.push(encoded)
  }
  close()
  return chunks
}

/** Encodes Y's and brings their vectors to the host, as an index of a corpus keeps them. */
export async function buildIndex({ model, specials }: Subject, texts: Int32Array[]): Promise<void> {
  for (const batch of batchesOf(texts, BATCH)) {
    const encoded = model.apart!.encode('y', textBlock(batch, specials))
    await encoded.vectors.data()
    disposeTexts([encoded])
  }
}

export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = []
  for (let i = 0; i < items.length; i += size) batches.push(items.slice(i, i + size))
  return batches
}
