import type { RunSummary } from './summarize.ts'

/** A number over the seeds of a group. */
export interface Spread {
  mean: number
  /** Sample standard deviation (n − 1); null for a single run. */
  std: number | null
  n: number
}

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  /** The newest run's. */
  name: string
  summaries: RunSummary[]
  /** How many of them are completed: the others' numbers do not count. */
  completed: number
  seeds: number[]
  spreads: Map<string, Spread>
}

/** Groups in the order of their first run; numbers are over completed runs. */
export function groupRuns(summaries: readonly RunSummary[]): RunGroup[] {
  return [...Map.groupBy(summaries, ({ run }) => run.groupHash).values()].map((members) => {
    const done = members.filter(({ run }) => run.status === 'completed')
    const keys = new Set(done.flatMap(({ values }) => [...values.keys()]))
    const spreads = [...keys].map((key): [string, Spread] => [
      key,
      spreadOf(done.flatMap(({ values }) => values.get(key) ?? [])),
    ])
    return {
      name: members[0]?.run.name ?? '',
      summaries: members,
      completed: done.length,
      seeds: members.map(({ run }) => run.seed),
      spreads: new Map(spreads),
    }
  })
}

export function spreadOf(values: readonly number[]): Spread {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: n < 2 ? null : Math.sqrt(squares / (n - 1)), n }
}
