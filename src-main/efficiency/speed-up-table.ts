import type { CostPoint } from '../../src-shared/contract/efficiency.ts'
import type { ExportColumn, ExportTable } from '../export/table.ts'

/** The paper's columns: score, latency and how many times as fast, work, what is cached. */
export function speedUpTable(points: readonly CostPoint[], metric: string): ExportTable {
  const keys = tableCosts(points)
  const columns: ExportColumn[] = [
    { key: 'name', title: 'Run', kind: 'text' },
    { key: 'model', title: 'Model', kind: 'text' },
    { key: metric, title: metric, kind: 'spread', percent: true },
    ...keys.map(({ key, title }): ExportColumn => ({ key, title, kind: 'number' })),
  ]
  const rows = [...points]
    .sort((a, b) => (b.scores[metric]?.mean ?? -1) - (a.scores[metric]?.mean ?? -1))
    .map(({ name, modelType, scores, costs }) => [
      name,
      modelType,
      scores[metric] ?? null,
      ...keys.map(({ key, digits, divisor }) => {
        const cost = costs[key]
        if (cost) return Number((cost.value / divisor).toPrecision(digits))
        // What the others are measured against.
        return modelType === 'cross_encoder' && key.startsWith('speedup_') ? 1 : null
      }),
    ])
  return { columns, rows }
}

interface TableCost {
  key: string
  title: string
  divisor: number
  digits: number
}

/** Of each kind those sizes that were measured. */
function tableCosts(points: readonly CostPoint[]): TableCost[] {
  const measured = new Set(points.flatMap(({ costs }) => Object.keys(costs)))
  const sizes = [...measured]
    .flatMap((key) => (key.startsWith('query_ms/') ? [Number(key.split('/')[1])] : []))
    .sort((a, b) => a - b)
  const all: TableCost[] = [
    { key: 'pair_ms', title: 'ms a pair', divisor: 1, digits: 3 },
    { key: 'speedup_pair', title: 'Speed-up, pair', divisor: 1, digits: 3 },
    ...sizes.flatMap((n) => [
      { key: `query_ms/${n}`, title: `ms a query, ${n} cached`, divisor: 1, digits: 3 },
      { key: `speedup_query/${n}`, title: `Speed-up, ${n} cached`, divisor: 1, digits: 3 },
    ]),
    { key: 'pairs_per_second', title: 'Pairs/s', divisor: 1, digits: 3 },
    { key: 'flops_pair', title: 'GFLOPs a pair', divisor: 1e9, digits: 3 },
    { key: 'cache_bytes_float32', title: 'Cache KB a candidate', divisor: 1000, digits: 3 },
    { key: 'parameters', title: 'Parameters (M)', divisor: 1e6, digits: 3 },
  ]
  return all.filter(({ key }) => measured.has(key))
}
