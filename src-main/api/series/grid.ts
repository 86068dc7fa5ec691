/** Steps `from` to `to` (both included) cut into buckets of `size` steps that begin at multiples of it. */
export interface Segment {
  from: number
  to: number
  size: number
}

/**
 * About `pixels` buckets over the range. Buckets begin at round steps, so that they are the same for all
 * runs and stand still while a run grows. `log`: each decade gets its share of the pixels.
 */
export function segmentsOf(
  from: number,
  to: number,
  pixels: number,
  spacing: 'linear' | 'log',
): Segment[] {
  if (to < from) return []
  if (spacing === 'linear') return [{ from, to, size: bucketSize(to - from + 1, pixels) }]
  const decades = Math.max(1, Math.log10(to + 1) - Math.log10(Math.max(1, from)))
  const segments: Segment[] = []
  for (let start = from; start <= to;) {
    const decadeEnd = 10 ** (Math.floor(Math.log10(Math.max(1, start)) + 1e-9) + 1) - 1
    const end = Math.min(to, decadeEnd)
    const share = Math.log10(end + 1) - Math.log10(Math.max(1, start))
    const width = Math.max(2, Math.round((pixels * share) / decades))
    segments.push({ from: start, to: end, size: bucketSize(end - start + 1, width) })
    start = end + 1
  }
  return segments
}

/** More points than this are not read for one chart. */
const maxPointsRead = 250_000

/**
 * Fewer, wider buckets where a fine grid would read too many points of all series together: of 2 to 9
 * steps wide they become 10, which the rollups have ready.
 */
export function coarsen(segments: readonly Segment[], seriesCount: number): Segment[] {
  return segments.map((segment) => {
    const { from, to, size } = segment
    const points = (to - from + 1) * seriesCount
    return size > 1 && size < 10 && points > maxPointsRead ? { ...segment, size: 10 } : segment
  })
}

/** Steps in a bucket: a multiple of the rollup level's bucket that is read for it. */
export function bucketSize(steps: number, pixels: number): number {
  const wanted = Math.max(1, Math.ceil(steps / pixels))
  const unit = 10 ** levelOf(wanted)
  return Math.ceil(wanted / unit) * unit
}

/** Rollup level whose buckets (10^level steps) fill a bucket of this many steps; 0: the points. */
export const levelOf = (size: number): number => Math.min(5, Math.floor(Math.log10(size) + 1e-9))
