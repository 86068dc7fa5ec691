import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { mergePatch } from '../../src-shared/config/merge.ts'
import { encoderSizes, type ModelConfig } from '../../src-shared/config/model.ts'
import { recipe as recipeSchema } from '../../src-shared/config/recipe.ts'
import { suggest } from '../../src-shared/config/suggest.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { PresetOptions } from '../../src-shared/suite.ts'
import {
  loadRecipe,
  loadRecipeText,
  type LoadedRecipe,
  type RecipeFlags,
} from '../recipe/load-recipe.ts'
import { recipeToYaml } from '../recipe/write-yaml.ts'
import { suitePresets } from './presets/index.ts'
import type { Settings, SuitePreset } from './presets/preset.ts'
import { resolveSuiteData } from './suite-data.ts'

/** A recipe that is to be trained as a suite. */
export interface SuitePlan extends LoadedRecipe {
  preset: string | null
  /** Options that changed the recipe, as the command line writes them; kept with its text. */
  overrides: string[]
}

/** What `overrides` of a plan are for these flags. @param seeds that the text itself does not say */
export function overridesOf({
  set = [],
  backend,
  only = [],
  seeds,
}: Pick<RecipeFlags, 'set' | 'backend' | 'only' | 'seeds'>): string[] {
  return [
    ...(seeds === undefined ? [] : [`--seeds ${seeds.join(',')}`]),
    ...(backend === undefined ? [] : [`--backend ${backend}`]),
    ...set.map((setting) => `--set ${setting}`),
    ...only.map((name) => `--only ${name}`),
  ]
}

/** Throws UserError for a name that no preset has. */
export function findPreset(id: string): SuitePreset {
  const preset = suitePresets.find((one) => one.id === id)
  if (preset) return preset
  const names = suitePresets.map((one) => one.id)
  const meant = suggest(id, names)
  throw new UserError(`there is neither a preset nor a file "${id}"`, {
    fix: meant ? `Did you mean "${meant}"?` : `Presets: ${names.join(', ')}.`,
  })
}

/** The recipe that a preset is for these data and settings, as text. */
export function presetRecipe(
  preset: SuitePreset,
  flags: PresetOptions,
  seeds: number[],
  folder: string,
): string {
  for (const option of ['students', 'alpha'] as const) {
    if (flags[option] === undefined || preset.takes.includes(option)) continue
    throw new UserError(`the preset ${preset.id} has no use for this option`, {
      where: `--${option}`,
      fix: `virtlab suite show ${preset.id} prints its recipe, to be changed as you like.`,
    })
  }
  const data = resolveSuiteData(flags.data ?? 'demo', folder, flags.size)
  const pretrained = flags.pretrained === undefined ? undefined : resolve(folder, flags.pretrained)
  const asked = {
    ...(pretrained === undefined ? {} : { pretrained }),
    ...(flags.size === undefined ? {} : { size: flags.size }),
    ...(flags.vocab === undefined ? {} : { vocab: resolve(folder, flags.vocab) }),
  }
  const defaults = [{ model: asked }, lengthOf(flags)].reduce<unknown>(mergePatch, data.defaults)
  const teacherSteps = flags.teacherSteps ?? flags.steps
  const teacher = mergePatch(data.teacher, lengthOf({ ...flags, steps: teacherSteps }))
  const { model } = defaults as { model?: Partial<ModelConfig> }
  return recipeToYaml(
    recipeSchema.parse({
      name: `${preset.id}-${data.name}`,
      seeds,
      defaults: withoutEmpty(defaults as Settings),
      ...preset.grid({
        data: { ...data, teacher: withoutEmpty(teacher as Settings) },
        alpha: flags.alpha ?? data.alpha,
        students: flags.students,
        depth: depthOf(model ?? {}),
      }),
    }),
  )
}

/** What `virtlab suite run` names: a preset with its settings, or a recipe file. */
export function planSuite(
  presetOrFile: string,
  flags: PresetOptions & RecipeFlags,
  folder = process.cwd(),
): SuitePlan {
  const isPreset = suitePresets.some(({ id }) => id === presetOrFile)
  if (isPreset) {
    const preset = findPreset(presetOrFile)
    const { seeds = defaultSeeds, ...rest } = flags
    const text = presetRecipe(preset, rest, seeds, folder)
    const loaded = loadRecipeText(text, `preset ${preset.id}`, folder, rest)
    return { ...loaded, preset: preset.id, overrides: overridesOf(rest) }
  }
  if (!existsSync(resolve(folder, presetOrFile))) findPreset(presetOrFile)
  refusePresetOptions(flags)
  const loaded = loadRecipe(resolve(folder, presetOrFile), flags)
  return { ...loaded, preset: null, overrides: overridesOf(flags) }
}

/** Three tell a spread from luck, just about; a paper wants five. */
export const defaultSeeds = [1, 2, 3]

function refusePresetOptions(flags: PresetOptions): void {
  const names: [keyof PresetOptions, string, string][] = [
    ['data', '--data', 'defaults.data'],
    ['pretrained', '--pretrained', '--set model.pretrained=FOLDER'],
    ['size', '--size', '--set model.size=SIZE'],
    ['vocab', '--vocab', '--set model.vocab=FILE'],
    ['students', '--students', '--only RUN'],
    ['alpha', '--alpha', '--set distillation.virt.alpha=NUMBER'],
    ['steps', '--steps', '--set training.maxSteps=NUMBER'],
    ['teacherSteps', '--teacher-steps', 'runs.teacher.training.maxSteps'],
    ['epochs', '--epochs', '--set training.epochs=NUMBER'],
  ]
  for (const [key, option, instead] of names) {
    if (flags[key] === undefined) continue
    throw new UserError('this option shapes presets; a recipe file says it itself', {
      where: option,
      fix: instead.startsWith('--') ? `Use ${instead}.` : `Write it in the file: ${instead}.`,
    })
  }
}

/** Fewer steps than a dataset's own evaluations are apart are scored at least twice. */
function lengthOf({ steps, epochs }: Pick<PresetOptions, 'steps' | 'epochs'>): Settings {
  if (steps === undefined && epochs === undefined) return {}
  return {
    training: {
      ...(epochs === undefined ? {} : { epochs, maxSteps: null, evalEvery: null }),
      ...(steps === undefined
        ? {}
        : {
            maxSteps: steps,
            epochs: epochs ?? 1000,
            evalEvery: Math.max(1, Math.floor(steps / 3)),
          }),
    },
  }
}

function depthOf({ pretrained, size = 'tiny' }: Partial<ModelConfig>): number {
  const ofSize = encoderSizes[size].numHiddenLayers
  if (pretrained === undefined) return ofSize
  const path = join(pretrained, 'config.json')
  // Checked with the rest of the recipe.
  if (!existsSync(path)) return ofSize
  const { num_hidden_layers: depth } = JSON.parse(readFileSync(path, 'utf8')) as {
    num_hidden_layers?: unknown
  }
  return typeof depth === 'number' ? depth : ofSize
}

const withoutEmpty = (settings: Settings): Settings =>
  Object.fromEntries(
    Object.entries(settings).filter(
      ([, value]) => !(typeof value === 'object' && value && Object.keys(value).length === 0),
    ),
  )
