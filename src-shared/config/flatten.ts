/**
 * The leaves of nested settings by dotted path, in order: `{ training: { epochs: 2 } }` gives
 * `training.epochs` → 2. Lists are leaves; an empty object is a leaf too, or it would be lost.
 */
export function* flatten(value: object, prefix = ''): Generator<[string, unknown]> {
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (item === undefined) continue
    const path = prefix ? `${prefix}.${key}` : key
    if (isPlainObject(item) && Object.keys(item).length > 0) yield* flatten(item, path)
    else yield [path, item]
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
