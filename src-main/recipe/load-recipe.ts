import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import {
  expandRecipe,
  throwFaults,
  type ExaminedRecipe,
  type RecipeFault,
  type RecipeOverrides,
} from '../../src-shared/config/expand-recipe.ts'
import { overridePatch, parseSetting } from '../../src-shared/config/parse-setting.ts'
import { placeOfSetting } from '../../src-shared/config/recipe-entries.ts'
import { readRecipeSource, type RecipeSource } from '../../src-shared/config/recipe-source.ts'
import type { PlannedRun, Recipe, SkippedCell } from '../../src-shared/config/recipe.ts'
import type { RunConfig } from '../../src-shared/config/run.ts'
import { UserError } from '../../src-shared/errors.ts'

/** The command line's say in a recipe. */
export interface RecipeFlags {
  seeds?: number[] | undefined
  only?: string[] | undefined
  backend?: string | undefined
  /** `path=value`, as given. */
  set?: string[] | undefined
}

export interface LoadedRecipe {
  name: string
  /** Of the file; null for a text that is in none. */
  path: string | null
  text: string
  recipe: Recipe
  /** In the order they are trained: seed by seed, teachers before students. */
  runs: PlannedRun[]
  /** Cells of the grid that cannot be trained. */
  skipped: SkippedCell[]
}

const sources = ['train', 'dev', 'test'] as const

/**
 * Reads a recipe file (YAML or JSON). Relative paths in it are meant from the recipe's folder, those of
 * `--set` from the current one; every path in the result is absolute and exists.
 */
export function loadRecipe(path: string, flags: RecipeFlags = {}): LoadedRecipe {
  const absolute = resolve(path)
  const file = shorter(relative(process.cwd(), absolute), absolute)
  return {
    ...loadRecipeText(readText(absolute, file), file, dirname(absolute), flags),
    path: absolute,
  }
}

/**
 * The same of a text. @param file its name in errors  @param folder what relative paths are meant from
 */
export function loadRecipeText(
  text: string,
  file: string,
  folder: string,
  flags: RecipeFlags = {},
): LoadedRecipe {
  const source = readRecipeSource(text, file)
  const overrides: RecipeOverrides = {
    seeds: flags.seeds,
    only: flags.only,
    patch: patchOf(flags),
  }
  const examined = expandRecipe(source, overrides)
  const { runs, faults } = resolvePaths(source, examined, folder)
  throwFaults(source, faults)
  const { recipe, skipped } = examined
  return { name: recipe.name, path: null, text, recipe, runs, skipped }
}

/**
 * `--set` and `--backend` as one patch over every run. Throws UserError for a setting that there is not.
 * @param folder what relative paths are meant from; default: the current one
 */
export function patchOf(
  { set = [], backend }: Pick<RecipeFlags, 'set' | 'backend'>,
  folder = process.cwd(),
): object {
  const settings = set
    .map(parseSetting)
    .map((setting) =>
      isPathSetting(setting.path) && typeof setting.value === 'string'
        ? { ...setting, value: resolve(folder, setting.value) }
        : setting,
    )
  return overridePatch(settings, backend)
}

/**
 * The runs with absolute paths, and a fault for every one that leads nowhere.
 * @param folder what relative paths are meant from; undefined: there must be none
 */
export function resolvePaths(
  source: RecipeSource,
  { runs, entries }: ExaminedRecipe,
  folder: string | undefined,
): { runs: PlannedRun[]; faults: RecipeFault[] } {
  const faults: RecipeFault[] = []
  const resolved = runs.map((run) => ({
    ...run,
    config: mapPaths(run.config, (value, path) => {
      const refuse = (message: string, fix: string | undefined) => {
        const entry = entries.get(run.name)
        const place = entry ? placeOfSetting(source, entry, path) : path
        const shared = place[0] === 'defaults'
        faults.push({ run: shared ? null : run.name, place, path, message, fix })
      }
      if (folder === undefined && !isAbsolute(value)) {
        refuse(`"${value}" is no absolute path`, 'Give the whole path, from the root.')
        return value
      }
      const target = folder === undefined ? value : resolve(folder, value)
      if (!existsSync(target)) {
        refuse(`there is no ${target}`, 'A relative path is meant from the recipe’s folder.')
      }
      return target
    }),
  }))
  return { runs: resolved, faults }
}

function readText(absolute: string, file: string): string {
  try {
    return readFileSync(absolute, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new UserError('there is no such recipe', { where: file, cause })
    if (code === 'EISDIR') {
      throw new UserError('this is a folder, not a recipe', { where: file, cause })
    }
    throw new UserError(`the recipe cannot be read: ${String(code)}`, { where: file, cause })
  }
}

const isPathSetting = (path: string[]): boolean =>
  (path[0] === 'data' && path.at(-1) === 'path') ||
  (path[0] === 'model' && (path[1] === 'pretrained' || path[1] === 'vocab'))

/** The configuration with every file and folder in it replaced. */
export function mapPaths(
  config: RunConfig,
  map: (path: string, field: string[]) => string,
): RunConfig {
  const { model, data } = config
  const mapped = structuredClone(config)
  if (model.pretrained !== undefined) {
    mapped.model.pretrained = map(model.pretrained, ['model', 'pretrained'])
  }
  if (model.vocab !== undefined) mapped.model.vocab = map(model.vocab, ['model', 'vocab'])
  for (const name of sources) {
    const source = data[name]
    if (source) mapped.data[name] = { ...source, path: map(source.path, ['data', name, 'path']) }
  }
  return mapped
}

const shorter = (a: string, b: string): string => (a.length < b.length ? a : b)
