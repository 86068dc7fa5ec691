import { meanInterval } from '../mean-interval.ts'
import { isRefusal, type Effect } from '../paired.ts'

/**
 * The difference of a mean over examples (accuracy) or queries (MRR), with the t interval of that mean. An example
 * counts once, with the mean of its seeds' differences: answers of several seeds do not pass for more examples.
 */
export const differenceOverExamples: Effect = {
  title: 'difference, interval over examples',
  none: 0,
  compute({ exampleDifferences }) {
    if (isRefusal(exampleDifferences)) return exampleDifferences
    const { mean, low, high, n } = meanInterval([...exampleDifferences])
    return { value: mean, low, high, n }
  },
}
