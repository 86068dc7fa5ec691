import { z } from 'zod'
import { runConfig } from './run.ts'

/** What a recipe may leave out is taken from `defaults`, then from the schema’s own defaults. */
const partial = z.record(z.string(), z.unknown())

/**
 * A recipe names runs that share data and settings. It is read in two steps: this shape first,
 * then every run merged over `defaults` and checked as a RunConfig.
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
      z.looseObject({
        teacher: z
          .string()
          .optional()
          .describe('The run of this recipe whose best checkpoint teaches this one'),
      }),
    )
    .describe('Runs by name, each in the shape of a run’s configuration'),
})

export type Recipe = z.infer<typeof recipe>

/** One run of an expanded recipe, ready to queue. */
export const plannedRun = z.strictObject({
  name: z.string(),
  recipe: z.string(),
  seed: z.int(),
  /** Name of the planned run (same seed) that has to finish first. */
  teacher: z.string().optional(),
  config: runConfig,
})

export type PlannedRun = z.infer<typeof plannedRun>
