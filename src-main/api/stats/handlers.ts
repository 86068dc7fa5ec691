import { usualReading } from '../../../src-shared/metric-kind.ts'
import { compareSystems } from '../../stats/compare-systems.ts'
import { createAnswerReader } from '../../stats/examples/answers.ts'
import { readMetric } from '../../tables/read-metric.ts'
import type { ApiContext, Handlers } from '../context.ts'

export function statsHandlers({ core }: ApiContext): Handlers<'stats.compare'> {
  const { store } = core
  const readAnswers = createAnswerReader(store)
  return {
    'stats.compare'({ a, b, metric, reading = usualReading(metric), ...options }) {
      const measure = (ids: string[]) => {
        const runs = ids.map((id) => store.runs.get(id))
        const values = readMetric(
          store,
          runs.map(({ key }) => key),
          metric,
          reading,
        )
        return runs.map((run) => ({ run, value: values.get(run.key) ?? null }))
      }
      return compareSystems(measure(a), measure(b), { metric, ...options }, readAnswers)
    },
  }
}
