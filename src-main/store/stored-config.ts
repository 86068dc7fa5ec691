import { runConfig, type RunConfig } from '../../src-shared/config/run.ts'

/**
 * A run's configuration as it was stored. Settings that came since get their defaults; settings that this
 * Virtlab does not know (a newer one stored them) are left out, so that one run does not hide all others.
 */
export function parseStoredConfig(json: string): RunConfig {
  const stored: unknown = JSON.parse(json)
  const first = runConfig.safeParse(stored)
  if (first.success) return first.data
  for (const issue of first.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const parent = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown>)[key],
      stored,
    )
    for (const key of issue.keys) delete (parent as Record<string, unknown>)[key]
  }
  return runConfig.parse(stored)
}
