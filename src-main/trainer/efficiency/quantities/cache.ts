import { textBlock } from '../../data/make-batch.ts'
import { disposeTexts } from '../../models/text-vectors.ts'
import type { CountedQuantityDefinition } from '../quantity.ts'
import { batchesOf } from '../subject.ts'

/** Measured on what the tower really leaves: valid vectors, padding is not stored. */
export const cache: CountedQuantityDefinition = {
  kind: 'counted',
  keys: ['cache_vectors', 'cache_width', 'cache_bytes_float32', 'cache_bytes_float16'],
  summary: 'vectors kept of a candidate, on average, and their bytes in float32 and float16',
  async count({ model, pairs, specials }) {
    const { apart } = model
    if (!apart) return {}
    let vectors = 0
    let width = 0
    for (const batch of batchesOf(pairs, 32)) {
      const block = textBlock(
        batch.map(({ yIds }) => yIds),
        specials,
      )
      const encoded = apart.encode('y', block)
      for (const valid of await encoded.mask.data()) vectors += valid
      width = encoded.vectors.shape[2]
      disposeTexts([encoded])
    }
    const each = vectors / pairs.length
    return {
      cache_vectors: each,
      cache_width: width,
      cache_bytes_float32: 4 * each * width,
      cache_bytes_float16: 2 * each * width,
    }
  },
}
