import { predictLogits } from '../../evaluate.ts'
import type { TimedQuantityDefinition } from '../quantity.ts'
import { cycle } from '../subject.ts'

/** So many pairs a sample, or two batches: some batches of unlike length. */
const PAIRS = 8

export const throughput: TimedQuantityDefinition = {
  kind: 'timed',
  key: 'throughput',
  summary: 'pairs scored in batches of B, nothing cached; gives pairs a second',
  compared: true,
  sizes: ({ batchSizes }) => batchSizes,
  prepare(subject, size) {
    const { model, pairs, specials, labels: classes } = subject
    const units = Math.max(PAIRS, 2 * size)
    return {
      size,
      units,
      async run(round) {
        const some = Array.from({ length: units }, (_, i) => cycle(pairs, round * units + i))
        await predictLogits({ model, pairs: some, specials, classes, batchSize: size })
      },
    }
  },
}
