import type { TimedQuantityDefinition } from '../quantity.ts'
import { buildIndex, cycle } from '../subject.ts'

const TEXTS = 32

/** What caching a candidate costs once. */
export const encodeY: TimedQuantityDefinition = {
  kind: 'timed',
  key: 'encode_y',
  summary: `${TEXTS} texts Y through their tower in one batch, vectors on the host`,
  compared: false,
  sizes: (_settings, { model }) => (model.apart ? [TEXTS] : []),
  prepare: (subject, size) => ({
    size,
    units: size,
    run: (round) =>
      buildIndex(
        subject,
        Array.from({ length: size }, (_, i) => cycle(subject.pairs, round * size + i).yIds),
      ),
  }),
}
