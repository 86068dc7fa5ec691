import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Shuffles in place (Fisher–Yates) and returns the array; the order is a pure function of the key. */
export function shuffle<T>(items: T[], key: readonly number[]): T[] {
  const generator = xoroshiro128plus(mix(key))
  for (let i = items.length - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i)
    const item = items[i] as T // i < items.length
    items[i] = items[j] as T // 0 ≤ j ≤ i
    items[j] = item
  }
  return items
}

/** One 32-bit seed of several numbers (MurmurHash3's finalizer), so that (1, 2) and (2, 1) differ. */
function mix(key: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const part of key) {
    hash = Math.imul(hash ^ part, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash
}
