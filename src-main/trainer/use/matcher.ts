import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { makeBatch, textBlock } from '../data/make-batch.ts'
import { loadModelFolder, type ModelFolderInfo } from '../models/checkpoint-folder.ts'
import { noDropout } from '../models/dropout.ts'
import type { PairModel, TextSide, TextVectors } from '../models/model.ts'
import { loadTokenizer, type PairTokenizer } from '../tokenizer/wordpiece.ts'
import { WEIGHTS_FILE } from '../weights/hugging-face.ts'
import type { Ranking } from '../../../src-shared/ranking.ts'
import { chooseScore } from './score.ts'

/** A trained model in use: texts in, logits out. */
export interface Matcher {
  model: PairModel
  info: ModelFolderInfo
  tokenizer: PairTokenizer
  /** Of model.safetensors: tells whether an index is this model's. */
  sha256: string
  dispose(): void
}

/** Texts that a tower, or a model of both texts, reads at once. */
const BATCH = 32

export async function loadMatcher(dir: string): Promise<Matcher> {
  const { model, info } = await loadModelFolder(dir)
  return {
    model,
    info,
    tokenizer: loadTokenizer(info.vocabPath, info),
    sha256: await sha256Of(join(dir, WEIGHTS_FILE)),
    dispose: () => model.dispose(),
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Content ids of a text, cut as in training; `truncated`: it lost tokens. */
export function tokensOf({ info, tokenizer }: Matcher, side: TextSide, text: string) {
  const room = (side === 'x' ? info.xMaxLength : info.yMaxLength) - 2
  const ids = tokenizer.encode(text)
  if (ids.length === 0) return { ids: Int32Array.of(tokenizer.unknown), truncated: false }
  return { ids: ids.slice(0, room), truncated: ids.length > room }
}

/** Runs a tower over texts; the caller disposes the result. The model must have towers. */
export const encodeTexts = (
  { model, tokenizer }: Matcher,
  side: TextSide,
  texts: readonly Int32Array[],
): TextVectors => model.apart!.encode(side, textBlock(texts, tokenizer.specials))

/** Ranks typed candidates for a typed query, each step timed. A cross_encoder has one step, which is `interact`. */
export async function rankTexts(
  matcher: Matcher,
  query: string,
  candidates: readonly string[],
  label: string | null,
): Promise<Ranking> {
  const { model, info } = matcher
  const score = chooseScore(info.labels, label)
  const began = performance.now()
  const times = { encodeX: 0, encodeY: 0, interact: 0, total: 0 }
  const logits: Float32Array[] = []
  const timed = async <T>(part: 'encodeX' | 'encodeY' | 'interact', work: () => T | Promise<T>) => {
    const start = performance.now()
    const result = await work()
    times[part] += performance.now() - start
    return result
  }
  const xIds = tokensOf(matcher, 'x', query).ids
  const x = model.apart && (await timed('encodeX', () => ready(encodeTexts(matcher, 'x', [xIds]))))
  for (let at = 0; at < candidates.length; at += BATCH) {
    const texts = candidates.slice(at, at + BATCH).map((text) => tokensOf(matcher, 'y', text).ids)
    if (x && model.apart) {
      const { apart } = model
      const y = await timed('encodeY', () => ready(encodeTexts(matcher, 'y', texts)))
      logits.push(...(await timed('interact', () => rowsOf(apart.interact(x, y)))))
      tf.dispose([y.vectors, y.mask])
      continue
    }
    const pairs = texts.map((yIds, i) => ({ id: String(i), xIds, yIds, label: 0 }))
    const batch = makeBatch(pairs, matcher.tokenizer.specials)
    const context = { dropout: noDropout, trace: false }
    const forward = () => rowsOf(tf.tidy(() => model.forward(batch, context).logits))
    logits.push(...(await timed('interact', forward)))
  }
  if (x) tf.dispose([x.vectors, x.mask])
  times.total = performance.now() - began
  const ranked = logits
    .map((row, i) => ({ id: String(i + 1), text: candidates[i]!, ...score.of(row) }))
    .sort((a, b) => b.score - a.score)
  return {
    query: { id: '1', text: query },
    modelType: model.type,
    labels: info.labels,
    label: score.label,
    candidates: candidates.length,
    ranked,
    times,
  }
}

/** Waits until the backend has computed it. */
export async function ready(texts: TextVectors): Promise<TextVectors> {
  await texts.vectors.data()
  return texts
}

/** Logits on the host, a row a text; the tensor is disposed. */
export async function rowsOf(logits: Tensor2D): Promise<Float32Array[]> {
  const [rows, columns] = logits.shape
  // Logits are float32.
  const values = (await logits.data()) as Float32Array
  logits.dispose()
  return Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns))
}
