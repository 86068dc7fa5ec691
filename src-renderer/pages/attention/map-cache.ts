import type { AttentionMap } from '@shared/contract/attention.ts'

/** Answers by their question, the longest unused first to go when they fill more than `budget` bytes. */
export function createMapCache(budget: number) {
  const entries = new Map<string, { maps: AttentionMap[]; bytes: number }>()
  let bytes = 0
  return {
    has: (key: string) => entries.has(key),
    get(key: string): AttentionMap[] | undefined {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.maps
    },
    set(key: string, maps: AttentionMap[]): void {
      bytes -= entries.get(key)?.bytes ?? 0
      entries.delete(key)
      const own = maps.reduce((sum, map) => sum + map.data.byteLength, 0)
      entries.set(key, { maps, bytes: own })
      bytes += own
      for (const [oldest, entry] of entries) {
        if (bytes <= budget || oldest === key) break
        entries.delete(oldest)
        bytes -= entry.bytes
      }
    },
    clear(): void {
      entries.clear()
      bytes = 0
    },
    get bytes() {
      return bytes
    },
  }
}
