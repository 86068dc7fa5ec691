import { z } from 'zod'
import { cellLevels } from '../config/recipe.ts'
import { progressMessage } from '../protocol.ts'
import { cellState, presetOptions } from '../suite.ts'
import { tableRecipe } from '../tables/recipe.ts'
import { call, done, nothing, path } from './call.ts'
import { recipeProblem } from './recipe.ts'

const id = z.string().min(1)

/** A preset with its options, or a recipe as text. */
export const suiteInput = z.strictObject({
  preset: z.string().optional(),
  options: presetOptions.prefault({}),
  seeds: z.array(z.int().min(0)).min(1).max(1000).optional(),
  yaml: z.string().max(1_000_000).optional(),
  /** What relative paths in `yaml` are meant from. */
  folder: path.optional(),
  backend: z.string().optional(),
  /** `path=value`, over the settings of every run. */
  set: z.array(z.string().max(1000)).max(200).default([]),
})

export const suitePreset = z.strictObject({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Options that only some presets have a use for. */
  takes: z.array(z.enum(['students', 'alpha'])),
})

/** Cells of one kind before they are trained: all seeds of a run, or of a combination of levels. */
export const plannedCells = z.strictObject({
  name: z.string(),
  levels: cellLevels,
  model: z.string().nullable(),
  teacher: z.string().nullable(),
  /** To be trained, and there already. */
  train: z.int(),
  reused: z.int(),
  /** Why it cannot be trained. */
  reason: z.string().nullable(),
})

const counts = z.partialRecord(cellState, z.int())

export const suiteBrief = z.strictObject({
  id: z.string(),
  name: z.string(),
  preset: z.string().nullable(),
  createdAt: z.int(),
  cells: z.int(),
  states: counts,
})

export const suiteCell = z.strictObject({
  name: z.string(),
  seed: z.int(),
  state: cellState,
  why: z.string().nullable(),
  runId: z.string().nullable(),
  reused: z.boolean(),
  /** Of a run that this core trains. */
  progress: progressMessage.nullable(),
})

const spread = z.strictObject({ mean: z.number(), std: z.number().nullable(), n: z.int() })

/** All seeds of a run, or of a combination of levels. */
export const cellGroup = z.strictObject({
  name: z.string(),
  levels: cellLevels,
  model: z.string().nullable(),
  /** The group that teaches this one. */
  teacher: z.string().nullable(),
  cells: z.array(suiteCell),
  /** By metric, over the completed runs. */
  spreads: z.record(z.string(), spread),
})

/** Two factors that span a table; null: every group is a row. */
const axes = z.strictObject({ rows: z.string(), columns: z.string() }).nullable()

export const suiteDetail = suiteBrief.extend({
  seeds: z.array(z.int()),
  /** The recipe. */
  yaml: z.string().nullable(),
  axes,
  groups: z.array(cellGroup),
  /** Those that any of its runs has, the first to be shown first. */
  metrics: z.array(z.string()),
  /** Its results with tests and marks; null for a suite without factors. */
  table: tableRecipe.nullable(),
  can: z.strictObject({ resume: z.boolean(), retry: z.boolean(), stop: z.boolean() }),
})

const queued = z.strictObject({ queued: z.array(z.string()) })

export const suiteCalls = {
  'suites.presets': call(
    nothing,
    z.strictObject({
      presets: z.array(suitePreset),
      /** Recipes that ship with data of their own. */
      datasets: z.array(z.string()),
    }),
  ),
  /** Checks a suite and tells what it would train; starts nothing. */
  'suites.plan': call(
    suiteInput,
    z.strictObject({
      name: z.string(),
      /** The recipe that a preset is. */
      yaml: z.string(),
      problems: z.array(recipeProblem),
      seeds: z.array(z.int()),
      axes,
      groups: z.array(plannedCells),
      runs: z.int(),
      reused: z.int(),
      /** A suite of this plan is there: starting goes on with it. */
      existing: suiteBrief.nullable(),
      /** By earlier runs' speed, one after the other; null where there is none to go by. */
      seconds: z.number().nullable(),
      /** So many of the runs are in `seconds`. */
      secondsOf: z.int(),
    }),
  ),
  'suites.start': call(
    suiteInput.extend({ fresh: z.boolean().default(false) }),
    z.strictObject({ id, isNew: z.boolean(), queued: z.int(), reused: z.int() }),
  ),
  'suites.list': call(nothing, z.strictObject({ suites: z.array(suiteBrief) })),
  'suites.get': call(z.strictObject({ id }), suiteDetail),
  /** Queues what is not done, interrupted cells from their checkpoints; failed ones are left. */
  'suites.resume': call(z.strictObject({ id }), queued),
  /** Queues failed or pruned cells again, and the students that wait for them; default: all that failed. */
  'suites.retry': call(
    z.strictObject({ id, cell: z.string().optional(), seed: z.int().optional() }),
    queued,
  ),
  /** Running cells write a checkpoint, waiting ones are taken out of the queue. */
  'suites.stop': call(z.strictObject({ id }), done),
  /** Takes the suite off the list; its runs stay. */
  'suites.delete': call(z.strictObject({ id }), done),
  'suites.restore': call(z.strictObject({ id }), done),
}

export type SuiteInput = z.input<typeof suiteInput>
export type SuiteBrief = z.infer<typeof suiteBrief>
export type SuiteDetail = z.infer<typeof suiteDetail>
export type SuiteGroup = z.infer<typeof cellGroup>
export type SuiteCellView = z.infer<typeof suiteCell>
export type PlannedCells = z.infer<typeof plannedCells>
