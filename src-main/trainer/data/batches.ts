import type { EncodedPair } from './batch.ts'
import { shuffle } from './random.ts'

/** Batches that are sorted by length together: enough for even lengths, few enough to stay random. */
const WINDOW_BATCHES = 50

/**
 * The batches of one training epoch, as indices into `pairs`: every index once, the last short batch
 * kept. A pure function of its arguments, so a resumed run meets the batches it would have met.
 *
 * With `bucketing`, pairs of like length share a batch and little is padding: the shuffled pairs are
 * sorted by length within windows of 50 batches (see `alike`), then the batches are shuffled.
 */
export function epochBatches(
  pairs: readonly EncodedPair[],
  options: {
    batchSize: number
    bucketing: boolean
    seed: number
    epoch: number
    read?: Reading
  },
): number[][] {
  const { batchSize, bucketing, seed, epoch, read = 'jointly' } = options
  const order = shuffle([...pairs.keys()], [seed, epoch, 0])
  if (!bucketing) return chunks(order, batchSize)
  const batches = chunks(order, batchSize * WINDOW_BATCHES).flatMap((window) =>
    alike(window, pairs, batchSize, read),
  )
  return shuffle(batches, [seed, epoch, 1])
}

/** Batches for evaluation: every index once, pairs of like length together, always the same. */
export function evalBatches(
  pairs: readonly EncodedPair[],
  batchSize: number,
  read: Reading = 'jointly',
): number[][] {
  return alike([...pairs.keys()], pairs, batchSize, read)
}

/** Whether a model reads a pair's texts as one sequence, or each by itself. */
export type Reading = 'jointly' | 'apart'

/**
 * Batches of like pairs. Where the texts are read as one sequence, pairs of like joint length share a batch. Where
 * they are read apart, each is padded to its own longest, so pairs whose X's and Y's are each of like length do:
 * sorted by Y, cut into √batches strips, each strip sorted by X.
 */
function alike(
  indices: number[],
  pairs: readonly EncodedPair[],
  batchSize: number,
  read: Reading,
): number[][] {
  if (read === 'jointly') return chunks(byLength(indices, pairs), batchSize)
  const batches = indices.length / batchSize
  const strips = Math.max(1, Math.round(Math.sqrt(batches)))
  const stripSize = Math.max(1, Math.ceil(batches / strips)) * batchSize
  return chunks(byLength(indices, pairs, yLength), stripSize).flatMap((strip) =>
    chunks(byLength(strip, pairs, xLength), batchSize),
  )
}

const xLength = ({ xIds }: EncodedPair) => xIds.length
const yLength = ({ yIds }: EncodedPair) => yIds.length
const jointLength = (pair: EncodedPair) => xLength(pair) + yLength(pair)

/** Sorts indices by a length; equal lengths keep their order. */
function byLength(
  indices: number[],
  pairs: readonly EncodedPair[],
  lengthOf = jointLength,
): number[] {
  const length = (index: number): number => {
    const pair = pairs[index]
    return pair ? lengthOf(pair) : 0
  }
  return indices.sort((a, b) => length(a) - length(b))
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = []
  for (let i = 0; i < items.length; i += size) result.push(items.slice(i, i + size))
  return result
}
