import { isPlainObject } from './flatten.ts'

/**
 * JSON merge patch (RFC 7386): objects are merged field by field, anything else replaces, and null takes
 * a field away, so that a run can be without what `defaults` gives it.
 */
export function mergePatch(base: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch
  const merged: Record<string, unknown> = isPlainObject(base) ? { ...base } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}
