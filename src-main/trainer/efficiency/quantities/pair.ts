import type { TimedQuantityDefinition } from '../quantity.ts'
import { cycle, scoreBatch } from '../subject.ts'

/** Nothing cached: what a single decision costs. */
export const pair: TimedQuantityDefinition = {
  kind: 'timed',
  key: 'pair',
  summary: 'one pair, both texts encoded, from token ids to logits',
  compared: true,
  sizes: () => [1],
  prepare: (subject) => ({
    size: 1,
    units: 1,
    run: (round) => scoreBatch(subject, [cycle(subject.pairs, round)]),
  }),
}
