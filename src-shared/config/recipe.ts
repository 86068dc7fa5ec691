import { z } from 'zod'
import { runConfig } from './run.ts'
import { sweepConfig } from './sweep.ts'

/** What a recipe may leave out is taken from `defaults`, then from the schema’s own defaults. */
const partial = z.record(z.string(), z.unknown())

const teacher = z
  .string()
  .nullable()
  .optional()
  .describe('The run or cell of this recipe whose best checkpoint teaches this one')

const levelName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[^/\n]+$/, 'a level’s name has no "/"')

/** The ways a factor can be; each a patch over a run’s configuration. */
const levels = z.record(levelName, z.looseObject({ teacher }))

/**
 * A recipe names runs that share data and settings, and may be a grid: `factors` of which every
 * combination of levels is a cell, and a `sweep` over settings. It is read in two steps: this shape
 * first, then every run merged over `defaults` and checked as a RunConfig.
 */
export const recipe = z.strictObject({
  name: z.string().min(1).describe('Shown with every run of the recipe'),
  seeds: z
    .array(z.int().min(0))
    .min(1)
    .default([1])
    .describe('Every run is trained once with each seed'),
  defaults: partial.default({}).describe('Settings shared by all runs, in the shape of a run'),
  runs: z
    .record(
      z.string().regex(/^[\w.-]+$/, 'use letters, digits, "_", "-" and "." only'),
      z.looseObject({ teacher }),
    )
    .default({})
    .describe('Runs by name, each in the shape of a run’s configuration'),
  factors: z
    .record(levelName, levels)
    .optional()
    .describe('Levels by factor; every combination is a cell, trained like a run'),
  except: z
    .array(
      z.strictObject({
        levels: z
          .record(z.string(), z.union([z.string(), z.array(z.string())]))
          .describe('Cells with these levels'),
        because: z.string().min(1).describe('Shown in their place'),
      }),
    )
    .optional()
    .describe('Cells that are not trained'),
  sweep: sweepConfig.optional().describe('Values of settings to go through'),
})

export type Recipe = z.infer<typeof recipe>
export type RecipeExcept = NonNullable<Recipe['except']>[number]

/** A cell's level by factor; empty for a run that belongs to no grid. */
export const cellLevels = z.record(z.string(), z.string())

/** One run of an expanded recipe, ready to queue. */
export const plannedRun = z.strictObject({
  name: z.string(),
  recipe: z.string(),
  seed: z.int(),
  /** Name of the planned run (same seed) that has to finish first. */
  teacher: z.string().optional(),
  levels: cellLevels.optional(),
  /** Of a sweep: the run or cell that is varied. */
  trialOf: z.string().optional(),
  config: runConfig,
})

/** A cell of the grid that cannot be, or shall not be, trained. */
export const skippedCell = z.strictObject({
  name: z.string(),
  levels: cellLevels,
  reason: z.string(),
})

export type PlannedRun = z.infer<typeof plannedRun>
export type SkippedCell = z.infer<typeof skippedCell>
