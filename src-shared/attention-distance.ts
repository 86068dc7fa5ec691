import type { distanceMeasures } from './contract/attention.ts'

export type DistanceMeasure = (typeof distanceMeasures)[number]

/** Between two distributions over the same keys, of which `p` is the teacher's. */
export const distances: Record<
  DistanceMeasure,
  { unit: string; ofKey: (p: number, q: number) => number }
> = {
  /** ½ Σ |p − q|: 0 for the same map, 1 for maps that look at different words. */
  total_variation: { unit: 'share', ofKey: (p, q) => Math.abs(p - q) / 2 },
  /** Σ p·ln(p/q), in nats; where the student’s float16 has rounded q to 0 it is the smallest float16. */
  kl: { unit: 'nats', ofKey: (p, q) => (p === 0 ? 0 : p * Math.log(p / Math.max(q, 2 ** -24))) },
}

/** Mean over rows of the distance between two maps, [heads, rows, columns] each, for every head. */
export function compareMaps(
  p: Float32Array,
  q: Float32Array,
  heads: number,
  rows: number,
  measure: DistanceMeasure,
): Float32Array<ArrayBuffer> {
  const { ofKey } = distances[measure]
  const distance = new Float32Array(heads)
  if (p.length !== q.length) return distance.fill(NaN)
  const size = p.length / heads
  for (let head = 0; head < heads; head++) {
    let sum = 0
    for (let i = head * size; i < (head + 1) * size; i++) sum += ofKey(p[i]!, q[i]!)
    distance[head] = sum / rows
  }
  return distance
}
