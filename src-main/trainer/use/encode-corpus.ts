import { UserError } from '../../../src-shared/errors.ts'
import { disposeTexts } from '../models/text-vectors.ts'
import {
  readManifest,
  writeManifest,
  writeShard,
  type IndexManifest,
  type ShardText,
} from './index-folder.ts'
import { encodeTexts, sha256Of, tokensOf, type Matcher } from './matcher.ts'
import type { UseAnswer, UseWork } from './protocol.ts'
import { readTexts, type IdText } from './read-texts.ts'

type Encode = Extract<UseWork, { kind: 'encode' }>
/** Numbers of a shard, 64 MiB in float32: what is held in memory at a time, however long the corpus. */
const SHARD_NUMBERS = 2 ** 24

type Progress = (at: { done: number; total: number; etaSeconds: number | null }) => void

/**
 * Writes what the model keeps of every text of a corpus, shard by shard; shards that an earlier call has finished stay.
 * @throws UserError where the model keeps nothing of a text, or the folder holds another model's or corpus's index
 */
export async function encodeCorpus(
  matcher: Matcher,
  work: Encode,
  onProgress: Progress,
): Promise<Extract<UseAnswer, { kind: 'encoded' }>> {
  if (!matcher.model.apart) {
    throw new UserError(
      `a ${matcher.model.type} reads both texts as one, so nothing of a corpus can be kept`,
      {
        where: work.dir,
        fix: 'Encode with a model that has towers, such as virt_encoder or bi_encoder.',
      },
    )
  }
  const began = performance.now()
  const manifest = await beginOrResume(matcher, work)
  const kept = manifest.shards.reduce((sum, { texts }) => sum + texts, 0)
  const answer = (truncated: number): Extract<UseAnswer, { kind: 'encoded' }> => ({
    kind: 'encoded',
    texts: manifest.shards.reduce((sum, { texts }) => sum + texts, 0),
    kept,
    truncated,
    bytes: manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: (performance.now() - began) / 1000,
  })
  if (manifest.complete) return answer(0)

  let total = 0
  for await (const text of readTexts(work.corpus)) if (text.id !== '') total++
  let done = 0
  let truncated = 0
  const perText = vectorsOf(matcher)
  let waiting: IdText[] = []
  let numbers = 0
  const flush = async () => {
    if (waiting.length === 0) return
    const name = `shard-${String(manifest.shards.length).padStart(5, '0')}`
    const shard = await encodeShard(matcher, waiting, work.batchSize, (n) => {
      done += n
      const rate = (done - kept) / (performance.now() - began)
      onProgress({ done, total, etaSeconds: (total - done) / rate / 1000 })
    })
    truncated += shard.truncated
    const { texts, values, width } = shard
    const bytes = await writeShard(work.out, name, { texts, values, width, dtype: manifest.dtype })
    manifest.width = width
    manifest.shards.push({ name, texts: texts.length, vectors: values.length / width, bytes })
    await writeManifest(work.out, manifest)
    waiting = []
    numbers = 0
  }
  for await (const text of readTexts(work.corpus)) {
    if (done < kept) {
      done++
      continue
    }
    const size = perText(text.text)
    if (waiting.length === work.shardSize || numbers + size > SHARD_NUMBERS) await flush()
    waiting.push(text)
    numbers += size
  }
  await flush()
  manifest.complete = true
  await writeManifest(work.out, manifest)
  return answer(truncated)
}

/** Numbers that the model keeps of a text, told by its length: what it keeps of the longest bounds it. */
function vectorsOf(matcher: Matcher): (text: string) => number {
  const { info, tokenizer } = matcher
  const longest = new Int32Array(info.yMaxLength - 2).fill(tokenizer.unknown)
  const probe = encodeTexts(matcher, 'y', [longest])
  const [, most, width] = probe.vectors.shape
  disposeTexts([probe])
  return (text) => width * Math.min(most, tokensOf(matcher, 'y', text).ids.length + 2)
}

async function beginOrResume(matcher: Matcher, work: Encode): Promise<IndexManifest> {
  const { out, dtype, corpus, dir } = work
  const fresh: IndexManifest = {
    format: 1,
    model: { type: matcher.model.type, sha256: matcher.sha256, dir },
    corpus: { path: corpus.path, sha256: await sha256Of(corpus.path).catch(() => '') },
    dtype,
    width: matcher.model.encoder.hiddenSize,
    complete: false,
    shards: [],
  }
  const found = await readManifest(out)
  if (!found) {
    // Read before anything is written: a corpus that cannot be read leaves no index.
    await readTexts(corpus).next()
    await writeManifest(out, fresh)
    return fresh
  }
  const differs =
    found.model.sha256 !== fresh.model.sha256
      ? 'another model’s index'
      : found.corpus.sha256 !== fresh.corpus.sha256
        ? 'the index of another corpus, or of this one before it changed'
        : found.dtype !== dtype
          ? `an index in ${found.dtype}`
          : undefined
  if (differs === undefined) return found
  throw new UserError(`this folder holds ${differs}`, {
    where: out,
    fix: 'Choose another --out, or delete the folder.',
  })
}

/** Texts of like length go through the tower together; the shard keeps the corpus's order. */
async function encodeShard(
  matcher: Matcher,
  texts: IdText[],
  batchSize: number,
  onBatch: (texts: number) => void,
) {
  const tokens = texts.map(({ text }) => tokensOf(matcher, 'y', text))
  const order = texts.map((_, i) => i).sort((a, b) => tokens[a]!.ids.length - tokens[b]!.ids.length)
  const rows: Float32Array[] = []
  let width = 0
  for (let at = 0; at < order.length; at += batchSize) {
    const batch = order.slice(at, at + batchSize)
    const encoded = encodeTexts(
      matcher,
      'y',
      batch.map((i) => tokens[i]!.ids),
    )
    const [, length, size] = encoded.vectors.shape
    width = size
    // Both are float32.
    const values = (await encoded.vectors.data()) as Float32Array
    const mask = (await encoded.mask.data()) as Float32Array
    disposeTexts([encoded])
    batch.forEach((i, row) => {
      const count = mask.subarray(row * length, (row + 1) * length).reduce((sum, n) => sum + n, 0)
      const start = row * length * size
      rows[i] = values.slice(start, start + count * size)
    })
    onBatch(batch.length)
  }
  const values = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
  let at = 0
  for (const row of rows) {
    values.set(row, at)
    at += row.length
  }
  return {
    values,
    width,
    truncated: tokens.filter((one) => one.truncated).length,
    texts: texts.map(({ id, text }, i): ShardText => ({
      id,
      text,
      vectors: rows[i]!.length / width,
    })),
  }
}
