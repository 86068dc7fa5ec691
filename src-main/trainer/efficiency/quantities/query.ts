import type { TimedQuantityDefinition } from '../quantity.ts'
import { cycle, prepareCandidates } from '../subject.ts'

/** A search's second stage. A cross_encoder has nothing cached and reads every pair. */
export const query: TimedQuantityDefinition = {
  kind: 'timed',
  key: 'query',
  summary: 'one query X against N candidates Y whose vectors are cached, from token ids to logits',
  compared: true,
  sizes: ({ candidates }) => candidates,
  prepare(subject, size) {
    const candidates = prepareCandidates(subject, size)
    return {
      size,
      units: size,
      run: (round) => candidates.meet(cycle(subject.pairs, round)),
      dispose: () => candidates.dispose(),
    }
  },
}
