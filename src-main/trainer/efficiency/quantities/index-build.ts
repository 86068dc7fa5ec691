import type { TimedQuantityDefinition } from '../quantity.ts'
import { buildIndex, cycle } from '../subject.ts'

/** Sorted by length as an index is built, so that little is padding. */
export const indexBuild: TimedQuantityDefinition = {
  kind: 'timed',
  key: 'index',
  summary: 'the vectors of a whole corpus, texts of like length together',
  compared: false,
  sizes: ({ corpus }, { model }) => (model.apart ? [corpus] : []),
  prepare(subject, size) {
    const texts = Array.from({ length: size }, (_, i) => cycle(subject.pairs, i).yIds)
    texts.sort((a, b) => a.length - b.length)
    return { size, units: size, run: () => buildIndex(subject, texts) }
  },
}
