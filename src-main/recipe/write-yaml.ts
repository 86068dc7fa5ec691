import { stringify } from 'yaml'
import { mergePatch } from '../../src-shared/config/merge.ts'
import { isPlainObject } from '../../src-shared/config/flatten.ts'
import type { Recipe } from '../../src-shared/config/recipe.ts'
import { runConfig, type RunConfig } from '../../src-shared/config/run.ts'

/** A recipe as text that reads back as the same recipe. */
export function recipeToYaml(recipe: Recipe): string {
  const { name, seeds, defaults, runs, factors, except, sweep } = recipe
  const parts = {
    name,
    seeds,
    ...(Object.keys(defaults).length > 0 ? { defaults } : {}),
    ...(Object.keys(runs).length > 0 || !factors ? { runs } : {}),
    ...(factors ? { factors } : {}),
    ...(except ? { except } : {}),
    ...(sweep ? { sweep } : {}),
  }
  return stringify(parts, { aliasDuplicateObjects: false, lineWidth: 100 })
}

/** What of a configuration is not the schema's own default: what a person would write in a recipe. */
export function writtenSettings(config: RunConfig): Record<string, unknown> {
  const bare = runConfig.parse({ model: { type: config.model.type } })
  const kept = difference(config, bare)
  const settings = mergePatch(kept, { model: { type: config.model.type } }) as Record<
    string,
    unknown
  >
  // A recipe sets its seeds for all runs.
  const { training } = settings
  if (isPlainObject(training)) {
    delete training['seed']
    if (Object.keys(training).length === 0) delete settings['training']
  }
  return settings
}

function difference(value: object, base: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  const known = base as Record<string, unknown>
  for (const [key, own] of Object.entries(value) as [string, unknown][]) {
    if (own === undefined) continue
    const usual = known[key]
    if (isPlainObject(own) && isPlainObject(usual)) {
      const inner = difference(own, usual)
      if (Object.keys(inner).length > 0) kept[key] = inner
    } else if (JSON.stringify(own) !== JSON.stringify(usual)) kept[key] = own
  }
  return kept
}
