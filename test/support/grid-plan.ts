import { loadRecipeText } from '../../src-main/recipe/load-recipe.ts'
import type { SuitePlan } from '../../src-main/suite/plan-suite.ts'

/** A suite on the demo data: teacher, and two students each alone and with VIRT. */
export const gridRecipe = `
name: grid
seeds: [1, 2]
defaults: { data: { dataset: demo } }
runs:
  teacher: { model: { type: cross_encoder } }
factors:
  student:
    bi_encoder: { model: { type: bi_encoder } }
    sbert: { model: { type: sbert } }
  distillation:
    plain: {}
    VIRT: { teacher: teacher, distillation: { virt: {} } }
`

/** One student, one seed: three runs. */
export const smallRecipe = gridRecipe.replace('[1, 2]', '[1]').replace(/ +bi_encoder.*\n/, '')

export const gridPlan = (text = gridRecipe, preset: string | null = null): SuitePlan => ({
  ...loadRecipeText(text, 'grid.yaml', '/'),
  preset,
  overrides: [],
})
