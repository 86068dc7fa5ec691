import { z } from 'zod'
import { plannedRun, recipe } from '../config/recipe.ts'
import { call, nothing, path, runId } from './call.ts'

/**
 * A recipe as text or as what it says. Relative paths in it are meant from `folder`; without one,
 * every path has to be absolute.
 */
export const recipeInput = z.strictObject({
  yaml: z.string().max(1_000_000).optional(),
  recipe: recipe.optional(),
  folder: path.optional(),
  /** Completed runs that stand for runs of the recipe, by name: a teacher that is there already. */
  reuse: z.record(z.string(), runId).optional(),
})

/** One thing that is wrong, with the field it is wrong in. */
export const recipeProblem = z.strictObject({
  /** Null: of what all runs share (`defaults`), or of the recipe as a whole. */
  run: z.string().nullable(),
  /** Within the run's configuration (or the recipe): `training.learningRate`. */
  path: z.string(),
  /** In the YAML text, from 1. */
  line: z.int().nullable(),
  column: z.int().nullable(),
  message: z.string(),
  fix: z.string().nullable(),
})

export const preset = z.strictObject({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Has its data already (the demo); others want files first. */
  ready: z.boolean(),
  /** What relative paths in it are meant from. */
  folder: z.string().nullable(),
  recipe,
  yaml: z.string(),
})

export const recipeCalls = {
  'recipe.toYaml': call(z.strictObject({ recipe }), z.strictObject({ yaml: z.string() })),
  /** `recipe` is undefined where the text is no recipe; problems tell why. */
  'recipe.fromYaml': call(
    z.strictObject({ yaml: z.string().max(1_000_000) }),
    z.strictObject({ recipe: recipe.nullable(), problems: z.array(recipeProblem) }),
  ),
  'recipe.presets': call(nothing, z.strictObject({ presets: z.array(preset) })),
  'recipe.open': call(
    z.strictObject({ path }),
    z.strictObject({ yaml: z.string(), folder: z.string() }),
  ),
}

export const trainCalls = {
  /** Checks a recipe and tells what would be trained; starts nothing. */
  'train.plan': call(
    recipeInput,
    z.strictObject({ problems: z.array(recipeProblem), runs: z.array(plannedRun) }),
  ),
  /** Queues the runs of a recipe. Fails with the first problem that `train.plan` names. */
  'train.start': call(recipeInput, z.strictObject({ runs: z.array(z.string()) })),
  /** The demo recipe on generated data: teacher, bi_encoder, virt_encoder. */
  'demo.start': call(
    z.strictObject({
      seeds: z.array(z.int().min(0)).min(1).optional(),
      epochs: z.number().positive().optional(),
    }),
    z.strictObject({ runs: z.array(z.string()) }),
  ),
}

export type RecipeInput = z.infer<typeof recipeInput>
export type RecipeProblem = z.infer<typeof recipeProblem>
export type Preset = z.infer<typeof preset>
