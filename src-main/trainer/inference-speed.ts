import { predictLogits, type PredictionOptions } from './evaluate.ts'

/** At least this long, after one pass to warm up. */
const MEASURE_MS = 1500
const MAX_PAIRS = 512

/**
 * Pairs a second at inference: both texts encoded anew, from token ids to logits on the host, batches
 * of `batchSize`. Nothing is cached.
 */
export async function measureInferenceSpeed(options: PredictionOptions): Promise<number> {
  const sample = { ...options, pairs: options.pairs.slice(0, MAX_PAIRS) }
  await predictLogits(sample)
  const start = performance.now()
  let pairs = 0
  let elapsed: number
  do {
    await predictLogits(sample)
    pairs += sample.pairs.length
    elapsed = performance.now() - start
  } while (elapsed < MEASURE_MS)
  return (1000 * pairs) / elapsed
}
