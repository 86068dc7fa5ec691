import type { CountedQuantityDefinition } from '../quantity.ts'
import { pairFlops, type PairLengths } from '../flops.ts'
import type { Subject } from '../subject.ts'

export const flops: CountedQuantityDefinition = {
  kind: 'counted',
  keys: ['flops_pair', 'flops_pair_uncached'],
  summary: 'FLOPs of a pair, worked out and averaged over the measured texts; padding left out',
  count: (subject) =>
    Promise.resolve({
      flops_pair: meanFlops(subject, true),
      flops_pair_uncached: meanFlops(subject, false),
    }),
}

export function meanFlops({ model, config, labels, pairs }: Subject, cached: boolean): number {
  const counted = { encoder: model.encoder, config, labels }
  const sum = pairs.reduce((total, pair) => total + pairFlops(counted, lengthsOf(pair), cached), 0)
  return sum / pairs.length
}

/** In tokens, with [CLS] and [SEP]. */
export const lengthsOf = ({ xIds, yIds }: { xIds: Int32Array; yIds: Int32Array }): PairLengths => ({
  x: xIds.length + 2,
  y: yIds.length + 2,
  joint: xIds.length + yIds.length + 3,
})
