import type { CostEstimate, CostPoint } from '../../src-shared/contract/efficiency.ts'
import type { CostMeasurement, StoredMeasurement, Timing } from '../../src-shared/efficiency.ts'
import { medianInterval, speedUp, type Estimate } from '../../src-shared/timing-stats.ts'
import { groupRuns } from '../results/group.ts'
import { headlineMetrics } from '../results/headline-metrics.ts'
import { dataLabel, summarizeRun } from '../results/summarize.ts'
import type { Store } from '../store/open.ts'

/** Measured groups with their scores; of every run the newest measurement on each hardware, of its own texts. */
export function costPoints(store: Store): CostPoint[] {
  const newest = new Map<string, StoredMeasurement>()
  for (const measurement of store.efficiency.list()) {
    const { runId, hardware, cost } = measurement
    if (runId === null || cost.texts.source === 'synthetic') continue
    const key = `${hardware} ${runId}`
    if (!newest.has(key)) newest.set(key, measurement)
  }
  const runs = new Map(
    [...newest.values()].map(({ runId }) => [runId, store.runs.get(runId!)] as const),
  )
  const groups = Map.groupBy(newest.values(), ({ runId, hardware }) =>
    JSON.stringify([runs.get(runId)!.groupHash, hardware]),
  )
  const scored = scoresOf(store, new Set([...runs.values()].map(({ groupHash }) => groupHash)))
  return [...groups].flatMap(([key, members]) => {
    const first = members[0]!
    const run = runs.get(first.runId)!
    if (!run.config) return []
    return [
      {
        key,
        name: run.name,
        modelType: first.cost.model.type,
        dataset: dataLabel(run.config),
        hardware: first.hardware,
        runs: members.map(({ runId, measuredAt }) => {
          const { id, name, seed } = runs.get(runId)!
          return { id, name, seed, measuredAt }
        }),
        scores: scored.get(run.groupHash) ?? {},
        costs: combine(members.map(({ cost }) => costsOf(cost))),
        reference: first.cost.reference?.name ?? null,
      },
    ]
  })
}

function scoresOf(store: Store, hashes: Set<string>): Map<string, CostPoint['scores']> {
  const shares = new Set<string>(
    headlineMetrics.flatMap(({ key, kind }) => (kind === 'share' ? [key] : [])),
  )
  const summaries = store.runs
    .list({ status: 'completed' })
    .filter(({ groupHash }) => hashes.has(groupHash))
    .map((run) => summarizeRun(store, run))
  return new Map(
    groupRuns(summaries).map(({ summaries: members, spreads }) => [
      members[0]!.run.groupHash,
      Object.fromEntries([...spreads].filter(([metric]) => shares.has(metric))),
    ]),
  )
}

type Costs = Record<string, CostEstimate>

/** Every cost of one measurement by its key. */
export function costsOf({ model, timings, counts, reference }: CostMeasurement): Costs {
  const costs: Costs = {}
  const scaled = ({ value, low, high }: Estimate, by: number): Estimate => ({
    value: value * by,
    low: low * by,
    high: high * by,
  })
  const speeds: Estimate[] = []
  for (const { quantity, size, units, samples, reference: beside } of timings) {
    const ms = medianInterval(samples)
    const suffix = sized[quantity] ? `/${size}` : ''
    if (quantity === 'throughput') {
      const rate = (time: number) => (1000 * units) / time
      const speed = { value: rate(ms.value), low: rate(ms.high), high: rate(ms.low) }
      costs[`pairs_per_second${suffix}`] = speed
      speeds.push(speed)
    } else if (quantity === 'encode_y') costs['encode_y_ms'] = scaled(ms, 1 / units)
    else costs[`${quantity}_ms${suffix}`] = ms
    if (beside) {
      const times = speedUp(samples, beside)
      costs[`speedup_${quantity}${suffix}`] = times
      costs[`relative_${quantity}${suffix}`] = {
        value: 1 / times.value,
        low: 1 / times.high,
        high: 1 / times.low,
      }
    } else if (model.type === 'cross_encoder' && !reference) {
      // What the others are measured against.
      costs[`relative_${quantity}${suffix}`] = { value: 1, low: 1, high: 1 }
    }
  }
  const [fastest] = speeds.sort((a, b) => b.value - a.value)
  if (fastest) costs['pairs_per_second'] = fastest
  for (const [key, value] of Object.entries(counts)) {
    if (typeof value === 'number') costs[key] = { value, low: value, high: value }
  }
  return costs
}

/** Whether a quantity is measured in several sizes. */
const sized: Record<Timing['quantity'], boolean> = {
  pair: false,
  query: true,
  throughput: true,
  encode_y: false,
  index: true,
}

/** The median over seeds, with all that any seed's interval covers. */
function combine(all: Costs[]): Costs {
  const keys = new Set(all.flatMap((costs) => Object.keys(costs)))
  return Object.fromEntries(
    [...keys].map((key) => {
      const values = all.flatMap((costs) => costs[key] ?? [])
      return [
        key,
        {
          value: medianInterval(values.map(({ value }) => value)).value,
          low: Math.min(...values.map(({ low }) => low)),
          high: Math.max(...values.map(({ high }) => high)),
        },
      ]
    }),
  )
}
