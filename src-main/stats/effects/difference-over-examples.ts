import { meanInterval } from '../mean-interval.ts'
import { isRefusal, type Effect } from '../paired.ts'

/**
 * The accuracy's difference with the t interval of its mean over examples. An example counts once, with the
 * mean of its seeds' differences, so that answers of several seeds do not pass for more examples.
 */
export const differenceOverExamples: Effect = {
  title: 'accuracy difference, interval over examples',
  none: 0,
  compute({ exampleDifferences }) {
    if (isRefusal(exampleDifferences)) return exampleDifferences
    const { mean, low, high, n } = meanInterval([...exampleDifferences])
    return { value: mean, low, high, n }
  },
}
