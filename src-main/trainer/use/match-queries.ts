import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../../../src-shared/errors.ts'
import type { TextVectors } from '../models/model.ts'
import { disposeTexts } from '../models/text-vectors.ts'
import { readManifest, readShard, type IndexManifest, type ShardText } from './index-folder.ts'
import { encodeTexts, ready, rowsOf, tokensOf, type Matcher } from './matcher.ts'
import type { Ranking } from '../../../src-shared/ranking.ts'
import type { UseWork } from './protocol.ts'
import { readTexts, type IdText } from './read-texts.ts'
import { chooseScore } from './score.ts'

type Match = Extract<UseWork, { kind: 'match' }>
type Ranked = Ranking['ranked'][number]

/** Numbers of candidates' vectors that meet a query at once. */
const CHUNK_NUMBERS = 2 ** 21
/** Queries that go over the index together. */
const QUERIES = 64

/** An index that can be searched. Throws UserError where there is none, or it is not whole. */
export async function openIndex(dir: string): Promise<IndexManifest> {
  const manifest = await readManifest(dir)
  if (manifest?.complete) return manifest
  throw new UserError(
    manifest ? 'this index is not whole yet' : 'there is no index in this folder',
    {
      where: dir,
      fix: manifest
        ? 'Run the same virtlab encode again: it goes on.'
        : 'Make one: virtlab encode --run RUN --corpus FILE --out DIR.',
    },
  )
}

/**
 * Ranks an index's candidates for every query. One shard is in memory at a time.
 * @throws UserError where the index is another model's
 */
export async function matchQueries(
  matcher: Matcher,
  manifest: IndexManifest,
  work: Match,
  onProgress: (at: { done: number; total: number; etaSeconds: null }) => void,
): Promise<Ranking[]> {
  if (matcher.sha256 !== manifest.model.sha256) {
    throw new UserError(
      'this index was made with another model, whose vectors mean something else',
      {
        where: work.index,
        fix: 'Name the model that made it, or encode the corpus with this one.',
      },
    )
  }
  const queries: IdText[] = []
  if ('text' in work.queries) queries.push({ id: '1', text: work.queries.text })
  else for await (const query of readTexts(work.queries)) queries.push(query)
  const rankings: Ranking[] = []
  for (let at = 0; at < queries.length; at += QUERIES) {
    rankings.push(
      ...(await matchTogether(matcher, manifest, work, queries.slice(at, at + QUERIES))),
    )
    onProgress({ done: rankings.length, total: queries.length, etaSeconds: null })
  }
  return rankings
}

async function matchTogether(
  matcher: Matcher,
  manifest: IndexManifest,
  { index, top, label }: Match,
  queries: IdText[],
): Promise<Ranking[]> {
  const { model, info } = matcher
  const score = chooseScore(info.labels, label)
  const open = []
  // The first pass of a model takes longer than any other; what is told is how long it takes in use.
  if (queries[0])
    disposeTexts([encodeTexts(matcher, 'x', [tokensOf(matcher, 'x', queries[0].text).ids])])
  for (const query of queries) {
    const start = performance.now()
    const x = await ready(encodeTexts(matcher, 'x', [tokensOf(matcher, 'x', query.text).ids]))
    const encodeX = performance.now() - start
    open.push({ query, x, encodeX, interact: 0, best: [] as Ranked[] })
  }
  for (const { name } of manifest.shards) {
    const { values, texts } = await readShard(index, name)
    for (const chunk of chunksOf(values, texts, manifest.width)) {
      for (const one of open) {
        const start = performance.now()
        const logits = await rowsOf(model.apart!.interact(one.x, chunk.vectors))
        one.interact += performance.now() - start
        const scored = logits.map((row, i) => {
          const { id, text } = chunk.texts[i]!
          return { id, text, ...score.of(row) }
        })
        one.best = [...one.best, ...scored].sort((a, b) => b.score - a.score).slice(0, top)
      }
      disposeTexts([chunk.vectors])
    }
  }
  disposeTexts(open.map(({ x }) => x))
  const candidates = manifest.shards.reduce((sum, { texts }) => sum + texts, 0)
  return open.map(({ query, encodeX, interact, best }) => ({
    query,
    modelType: model.type,
    labels: info.labels,
    label: score.label,
    candidates,
    ranked: best,
    times: { encodeX, encodeY: 0, interact, total: encodeX + interact },
  }))
}

/** A shard's texts in order, as many at once as fit; padded to the most vectors of any, ones first in the mask. */
function* chunksOf(
  values: Float32Array,
  texts: ShardText[],
  width: number,
): Generator<{ vectors: TextVectors; texts: ShardText[] }> {
  let offset = 0
  for (let from = 0; from < texts.length;) {
    let to = from
    let length = 0
    while (to < texts.length) {
      const longer = Math.max(length, texts[to]!.vectors)
      if (to > from && longer * (to - from + 1) * width > CHUNK_NUMBERS) break
      length = longer
      to++
    }
    const chunk = texts.slice(from, to)
    const padded = new Float32Array(chunk.length * length * width)
    const mask = new Float32Array(chunk.length * length)
    chunk.forEach(({ vectors }, row) => {
      padded.set(values.subarray(offset, offset + vectors * width), row * length * width)
      mask.fill(1, row * length, row * length + vectors)
      offset += vectors * width
    })
    yield {
      texts: chunk,
      vectors: {
        vectors: tf.tensor3d(padded, [chunk.length, length, width]),
        mask: tf.tensor2d(mask, [chunk.length, length]),
      },
    }
    from = to
  }
}
