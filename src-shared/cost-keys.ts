/** A cost of costPoint by its key, and how it is written. */
export interface CostKey {
  key: string
  /** Of this kind: what it is called (i18n `efficiency.cost.<kind>`). */
  kind: CostKind
  /** Candidates, where it has a size. */
  size: number | null
  /** Divides a value for people. */
  divisor: number
  unit: string
}

export const costKinds = [
  'pair_ms',
  'query_ms',
  /** Times the reference's time, from the same rounds: what slows the machine cancels out. */
  'relative_pair',
  'relative_query',
  'encode_y_ms',
  'flops_pair',
  'flops_pair_uncached',
  'cache_bytes_float32',
  'cache_bytes_float16',
  'parameters',
  'peak_memory_bytes',
  'pairs_per_second',
  'speedup_pair',
  'speedup_query',
] as const
export type CostKind = (typeof costKinds)[number]

const written: Record<CostKind, { divisor: number; unit: string }> = {
  pair_ms: { divisor: 1, unit: 'ms' },
  query_ms: { divisor: 1, unit: 'ms' },
  relative_pair: { divisor: 1, unit: '×' },
  relative_query: { divisor: 1, unit: '×' },
  encode_y_ms: { divisor: 1, unit: 'ms' },
  flops_pair: { divisor: 1e9, unit: 'GFLOPs' },
  flops_pair_uncached: { divisor: 1e9, unit: 'GFLOPs' },
  cache_bytes_float32: { divisor: 1e3, unit: 'KB' },
  cache_bytes_float16: { divisor: 1e3, unit: 'KB' },
  parameters: { divisor: 1e6, unit: 'M' },
  peak_memory_bytes: { divisor: 1e6, unit: 'MB' },
  pairs_per_second: { divisor: 1, unit: '/s' },
  speedup_pair: { divisor: 1, unit: '×' },
  speedup_query: { divisor: 1, unit: '×' },
}

/** Undefined for a key that has no place on the page. */
export function costKey(key: string): CostKey | undefined {
  const [name = '', size] = key.split('/')
  const kind = costKinds.find((one) => one === name)
  const takesSize = kind !== undefined && /(^|_)query/.test(kind)
  if (!kind || takesSize !== (size !== undefined)) return undefined
  return { key, kind, size: size === undefined ? null : Number(size), ...written[kind] }
}

type Measured = readonly { costs: Readonly<Record<string, unknown>> }[]

/** Everything measured of any point, in the registry's order, smaller sizes first. */
export function measuredCosts(points: Measured): CostKey[] {
  const keys = new Set(points.flatMap(({ costs }) => Object.keys(costs)))
  return [...keys]
    .flatMap((key) => costKey(key) ?? [])
    .sort(
      (a, b) =>
        costKinds.indexOf(a.kind) - costKinds.indexOf(b.kind) || (a.size ?? 0) - (b.size ?? 0),
    )
}

/** Columns of the speed-up table, the paper's first: latency and speed-up, then work and what is cached. */
export function tableCosts(points: Measured): CostKey[] {
  const measured = measuredCosts(points)
  const of = (...kinds: CostKind[]) => measured.filter(({ kind }) => kinds.includes(kind))
  const queries = of('query_ms').flatMap((query) => [
    query,
    ...of('speedup_query').filter(({ size }) => size === query.size),
  ])
  return [
    ...of('pair_ms'),
    ...of('speedup_pair'),
    ...queries,
    ...of('pairs_per_second'),
    ...of('flops_pair'),
    ...of('cache_bytes_float32'),
    ...of('parameters'),
  ]
}
