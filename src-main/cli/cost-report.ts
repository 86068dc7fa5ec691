import {
  type CostMeasurement,
  type StoredMeasurement,
  type Timing,
} from '../../src-shared/efficiency.ts'
import { speedUp, timingStats, type Estimate } from '../../src-shared/timing-stats.ts'
import { formatBytes, formatNumber, formatRate, none } from './format.ts'
import { formatTable, type TableColumn } from './table.ts'

const titles: Record<Timing['quantity'], (size: number) => string> = {
  pair: () => 'one pair',
  query: (n) => `one query, ${n} cached`,
  throughput: (n) => `pairs, batch ${n}`,
  encode_y: (n) => `encode ${n} Y`,
  index: (n) => `index of ${n} Y`,
}

/** What one measurement found, for a terminal. */
export function describeCost({
  name,
  runId,
  checkpoint,
  hardware,
  cost,
}: StoredMeasurement): string {
  const { model, lengths, texts, reference, timings, machine, counts } = cost
  const which = [runId, checkpoint && `${checkpoint.kind} checkpoint, step ${checkpoint.step}`]
  const round = (value: number) => value.toFixed(1)
  const lines = [
    `${name}  ${which.filter(Boolean).join('  ')}`,
    `${model.type}, ${model.layers} layers, ${model.hidden} wide, ${model.labels} labels; ${hardware}`,
    `${texts.pairs} pairs (${texts.source}), tokens on average: X ${round(lengths.x)}, Y ${round(lengths.y)}, together ${round(lengths.joint)}`,
    reference
      ? `Reference in the same rounds: ${reference.name} (${reference.type})`
      : 'No reference: no cross_encoder of the same data is at hand.',
    conditionsLine(machine),
    '',
    formatTable(timingColumns(reference !== null), timings),
    '',
    ...countLines(counts),
  ]
  return lines.join('\n')
}

function conditionsLine(machine: CostMeasurement['machine']): string {
  const change = (before: number | null, after: number | null, digits: number) =>
    before === null || after === null
      ? none
      : `${before.toFixed(digits)} before, ${after.toFixed(digits)} after`
  const { loadBefore, loadAfter, clockBefore, clockAfter } = machine
  return `Load ${change(loadBefore, loadAfter, 2)}; clock ${change(clockBefore, clockAfter, 0)} MHz`
}

function timingColumns(compared: boolean): TableColumn<Timing>[] {
  const stat = (of: 'p50' | 'p95' | 'p99') => ({
    title: `${of} ms`,
    align: 'right' as const,
    value: ({ samples }: Timing) => formatRate(timingStats(samples)[of]),
  })
  const columns: TableColumn<Timing>[] = [
    { title: 'what', value: ({ quantity, size }) => titles[quantity](size) },
    stat('p50'),
    stat('p95'),
    stat('p99'),
    {
      title: 'n',
      align: 'right',
      value: ({ samples }) => {
        const { n, outliers } = timingStats(samples)
        return outliers.length > 0 ? `${n} (${outliers.length} far out)` : String(n)
      },
    },
    {
      title: 'a second',
      align: 'right',
      value: ({ samples, units }) => formatRate((1000 * units) / timingStats(samples).p50),
    },
  ]
  if (!compared) return columns
  return [
    ...columns,
    {
      title: 'reference p50',
      align: 'right',
      value: ({ reference }) => (reference ? formatRate(timingStats(reference).p50) : none),
    },
    {
      title: 'speed-up [95 %]',
      align: 'right',
      value: ({ samples, reference }) =>
        reference ? formatTimes(speedUp(samples, reference)) : none,
    },
  ]
}

/** 6.41× [6.10, 6.72] */
export const formatTimes = ({ value, low, high }: Estimate): string =>
  `${formatRate(value)}× [${formatRate(low)}, ${formatRate(high)}]`

function countLines(counts: CostMeasurement['counts']): string[] {
  const giga = (value: number | null | undefined) =>
    typeof value === 'number' ? formatRate(value / 1e9) : none
  const bytes = (value: number | null | undefined) =>
    typeof value === 'number' ? formatBytes(Math.round(value)) : none
  const { cache_vectors: vectors, cache_width: width } = counts
  const cache =
    typeof vectors === 'number' && typeof width === 'number'
      ? `${vectors.toFixed(1)} vectors of ${width}: ${bytes(counts.cache_bytes_float32)} in float32, ${bytes(counts.cache_bytes_float16)} in float16`
      : 'nothing can be cached'
  return [
    `GFLOPs a pair    ${giga(counts.flops_pair)} (both texts encoded: ${giga(counts.flops_pair_uncached)})`,
    `GFLOP/s reached  ${formatRate(counts.gflops_per_second)}`,
    `Parameters       ${formatNumber(counts.parameters)}`,
    `Peak memory      ${bytes(counts.peak_memory_bytes)} (${bytes(counts.base_memory_bytes)} before the model)`,
    `Cache of one Y   ${cache}`,
  ]
}
