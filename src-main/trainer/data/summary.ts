import type { PairTokenizer } from '../tokenizer/wordpiece.ts'
import type { PairExample } from './dataset.ts'

/** Lengths in tokens before truncation, with [CLS] and [SEP]. */
export interface LengthSummary {
  mean: number
  median: number
  p95: number
  max: number
  /** Texts of at most `upTo` tokens and more than the bin before; the last bin is open (null). */
  histogram: { upTo: number | null; count: number }[]
  /** What the maximum length cuts: texts that lose tokens, and how many tokens in all. */
  truncated: { count: number; tokens: number }
}

export interface PartSummary {
  pairs: number
  labelCounts: Record<string, number>
  /** Different texts: premises repeat in MNLI and SNLI. */
  distinct: { x: number; y: number }
  lengths: { x: LengthSummary; y: LengthSummary; joint: LengthSummary }
}

const BINS = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, null]

/** What a form or a terminal shows of one part of a dataset before it is trained on. */
export function summarizePart(
  examples: readonly Pick<PairExample, 'x' | 'y'>[],
  labelCounts: Record<string, number>,
  tokenizer: Pick<PairTokenizer, 'encode'>,
  { xMaxLength, yMaxLength }: { xMaxLength: number; yMaxLength: number },
): PartSummary {
  const lengths = examples.map(({ x, y }) => ({
    x: tokenizer.encode(x).length + 2,
    y: tokenizer.encode(y).length + 2,
  }))
  return {
    pairs: examples.length,
    labelCounts,
    distinct: {
      x: new Set(examples.map(({ x }) => x.trim())).size,
      y: new Set(examples.map(({ y }) => y.trim())).size,
    },
    lengths: {
      x: summarizeLengths(lengths.map(({ x }) => ({ length: x, kept: Math.min(x, xMaxLength) }))),
      y: summarizeLengths(lengths.map(({ y }) => ({ length: y, kept: Math.min(y, yMaxLength) }))),
      // Jointly the two share [CLS] and one [SEP]; each text is still cut to its own length.
      joint: summarizeLengths(
        lengths.map(({ x, y }) => ({
          length: x + y - 1,
          kept: Math.min(x, xMaxLength) + Math.min(y, yMaxLength) - 1,
        })),
      ),
    },
  }
}

function summarizeLengths(texts: readonly { length: number; kept: number }[]): LengthSummary {
  const sorted = Float64Array.from(texts, ({ length }) => length).sort()
  const quantile = (q: number): number => sorted[Math.ceil(q * sorted.length) - 1] ?? 0
  const cut = texts.filter(({ length, kept }) => kept < length)
  const inBin = (i: number): number => {
    const [above, upTo] = [BINS[i - 1] ?? 0, BINS[i] ?? Infinity]
    return sorted.reduce((count, n) => (n > above && n <= upTo ? count + 1 : count), 0)
  }
  return {
    mean: sorted.length === 0 ? 0 : sorted.reduce((sum, n) => sum + n, 0) / sorted.length,
    median: quantile(0.5),
    p95: quantile(0.95),
    max: sorted.at(-1) ?? 0,
    histogram: BINS.map((upTo, i) => ({ upTo, count: inBin(i) })),
    truncated: {
      count: cut.length,
      tokens: cut.reduce((sum, { length, kept }) => sum + length - kept, 0),
    },
  }
}
