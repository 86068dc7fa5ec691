import type { EncodedPair, PairBatch, SpecialTokenIds, TokenBlock } from './batch.ts'

/** Lays pairs out for the towers and for the joint sequence, padded to the longest of the batch. */
export function makeBatch(pairs: readonly EncodedPair[], specials: SpecialTokenIds): PairBatch {
  return {
    ids: pairs.map((pair) => pair.id),
    labels: Int32Array.from(pairs, (pair) => pair.label),
    x: textBlock(
      pairs.map((pair) => pair.xIds),
      specials,
    ),
    y: textBlock(
      pairs.map((pair) => pair.yIds),
      specials,
    ),
    joint: tokenBlock(
      pairs.map((pair) => [pair.xIds, pair.yIds]),
      specials,
    ),
  }
}

/** Texts by themselves as a tower reads them: [CLS] text [SEP], padded to the longest. */
export function textBlock(texts: readonly Int32Array[], specials: SpecialTokenIds): TokenBlock {
  return tokenBlock(
    texts.map((text) => [text]),
    specials,
  )
}

/** One row: [CLS] segment 0 [SEP] (segment 1 [SEP]) PAD…; token type = segment, 0 in the padding. */
function tokenBlock(rows: Int32Array[][], { cls, sep, pad }: SpecialTokenIds): TokenBlock {
  const lengths = Int32Array.from(rows, (segments) =>
    segments.reduce((sum, segment) => sum + segment.length + 1, 1),
  )
  const batch = rows.length
  const length = lengths.reduce((longest, n) => Math.max(longest, n), 0)
  const inputIds = new Int32Array(batch * length).fill(pad)
  const tokenTypeIds = new Int32Array(batch * length)
  const attentionMask = new Float32Array(batch * length)
  rows.forEach((segments, row) => {
    const start = row * length
    let at = start
    inputIds[at++] = cls
    segments.forEach((segment, type) => {
      const segmentStart = at
      inputIds.set(segment, at)
      at += segment.length
      inputIds[at++] = sep
      if (type > 0) tokenTypeIds.fill(type, segmentStart, at)
    })
    attentionMask.fill(1, start, at)
  })
  return { batch, length, inputIds, tokenTypeIds, attentionMask, lengths }
}
