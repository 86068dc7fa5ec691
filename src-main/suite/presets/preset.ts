import type { z } from 'zod'
import type { ModelType } from '../../../src-shared/config/model.ts'
import type { recipe } from '../../../src-shared/config/recipe.ts'
import type { SuiteData } from '../suite-data.ts'

export type RecipeInput = z.input<typeof recipe>
/** A patch over a run's configuration. */
export type Settings = Record<string, unknown>

/** What a preset is made to measure with. */
export interface GridOptions {
  data: SuiteData
  /** Weight of VIRT. */
  alpha: number
  students?: readonly ModelType[] | undefined
  /** Layers of the encoder, teacher and students alike. */
  depth: number
}

/** An experiment of the paper, as a recipe. */
export interface SuitePreset {
  id: string
  title: string
  summary: string
  /** Options that only some presets have a use for. */
  takes: readonly ('students' | 'alpha')[]
  /** Its runs, factors and sweep; what all runs share, and the seeds, are added to it. */
  grid(options: GridOptions): Pick<RecipeInput, 'runs' | 'factors' | 'except' | 'sweep'>
}

/** The name of the run that teaches, in every preset but `main`. */
export const teacher = 'teacher'

export const teacherRun = ({ data }: GridOptions): Settings => ({
  ...data.teacher,
  model: { type: 'cross_encoder' },
})

/** A student's lessons from the teacher. */
export const withVirt = (alpha: number, settings: Settings = {}): Settings => ({
  teacher,
  distillation: { virt: { alpha, ...settings } },
})

export const ofType = (type: ModelType): Settings => ({ model: { type } })
