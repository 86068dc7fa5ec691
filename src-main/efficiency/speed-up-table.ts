import type { CostPoint } from '../../src-shared/contract/efficiency.ts'
import { tableCosts, type CostKey, type CostKind } from '../../src-shared/cost-keys.ts'
import type { ExportColumn, ExportTable } from '../export/table.ts'

const titles: Record<CostKind, string> = {
  pair_ms: 'ms a pair',
  query_ms: 'ms a query, {n} cached',
  relative_pair: 'Time against the cross-encoder',
  relative_query: 'Time against the cross-encoder, {n} cached',
  encode_y_ms: 'ms a text Y',
  flops_pair: 'GFLOPs a pair',
  flops_pair_uncached: 'GFLOPs a pair, nothing cached',
  cache_bytes_float32: 'Cache KB a candidate',
  cache_bytes_float16: 'Cache KB a candidate, float16',
  parameters: 'Parameters (M)',
  peak_memory_bytes: 'Peak memory MB',
  pairs_per_second: 'Pairs/s',
  speedup_pair: 'Speed-up, pair',
  speedup_query: 'Speed-up, {n} cached',
}

const titleOf = ({ kind, size }: CostKey) => titles[kind].replace('{n}', String(size))

/** The paper's columns: score, latency and how many times as fast, work, what is cached; the best score first. */
export function speedUpTable(points: readonly CostPoint[], metric: string): ExportTable {
  const keys = tableCosts(points)
  const columns: ExportColumn[] = [
    { key: 'name', title: 'Run', kind: 'text' },
    { key: 'model', title: 'Model', kind: 'text' },
    { key: metric, title: metric, kind: 'spread', percent: true },
    ...keys.map((cost): ExportColumn => ({
      key: cost.key,
      title: titleOf(cost),
      kind: 'number',
      significant: 3,
    })),
  ]
  const rows = [...points]
    .sort((a, b) => (b.scores[metric]?.mean ?? -1) - (a.scores[metric]?.mean ?? -1))
    .map(({ name, modelType, scores, costs }) => [
      name,
      modelType,
      scores[metric] ?? null,
      ...keys.map(({ key, kind, divisor }) => {
        const cost = costs[key]
        if (cost) return Number((cost.value / divisor).toPrecision(3))
        // What the others are measured against.
        return modelType === 'cross_encoder' && kind.startsWith('speedup') ? 1 : null
      }),
    ])
  return { columns, rows }
}
