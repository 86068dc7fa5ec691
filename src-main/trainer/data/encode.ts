import type { PairTokenizer } from '../tokenizer/wordpiece.ts'
import type { EncodedPair } from './batch.ts'
import type { PairExample } from './dataset.ts'

export interface EncodedPairs {
  pairs: EncodedPair[]
  /** Texts that lost tokens. */
  truncated: { x: number; y: number }
}

/**
 * WordPiece ids of every pair, each text cut at its end to its own length. The lengths count [CLS]
 * and [SEP], so at most xMaxLength − 2 tokens of X remain; a tower and the joint sequence then read the
 * same content, and the joint sequence has at most xMaxLength + yMaxLength − 1 tokens.
 *
 * A text of which nothing remains (invisible characters only) becomes one [UNK]: an attention map
 * over no tokens is undefined.
 */
export function encodePairs(
  examples: readonly PairExample[],
  tokenizer: PairTokenizer,
  { xMaxLength, yMaxLength }: { xMaxLength: number; yMaxLength: number },
): EncodedPairs {
  const truncated = { x: 0, y: 0 }
  const encode = (side: 'x' | 'y', text: string, maxLength: number): Int32Array => {
    const ids = tokenizer.encode(text)
    if (ids.length === 0) return Int32Array.of(tokenizer.unknown)
    if (ids.length <= maxLength - 2) return ids
    truncated[side]++
    return ids.slice(0, maxLength - 2)
  }
  const pairs = examples.map(({ id, x, y, label }) => ({
    id,
    xIds: encode('x', x, xMaxLength),
    yIds: encode('y', y, yMaxLength),
    label,
  }))
  return { pairs, truncated }
}
