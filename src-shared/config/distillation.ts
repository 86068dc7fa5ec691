import { z } from 'zod'

const alpha = (usual: number, term: string) =>
  z.number().min(0).default(usual).describe(`Weight: L = CE + α·${term}`)

/** Which of the student's layers: `all`, `last 4`, `every 2` (2, 4, 6 …), or a list, from 1. */
const layerChoice = z.union([
  z.literal('all'),
  z.string().regex(/^(last|every) [1-9]\d*$/, 'write all, last 4, every 2 or a list'),
  z.array(z.int().min(1)).min(1),
])
const layers = (usual: z.infer<typeof layerChoice>) =>
  layerChoice
    .default(usual)
    .describe('Student layers: all, last 4 (any number), every 2 (2, 4, 6 …), or a list, from 1')

const layerMap = z
  .array(z.int().min(1))
  .optional()
  .describe('Teacher layer for every student layer that can learn, where depths differ')

/** virt.md, "VIRT distillation"; paper §3.2. */
export const virtConfig = z.strictObject({
  alpha: alpha(0.4, 'L_virt'),
  reduction: z
    .enum(['default', 'paper_code', 'l2', 'kl'])
    .default('default')
    .describe('How the map differences become one number'),
  layers: layers('all'),
  heads: z
    .union([
      z.literal('all'),
      z.string().regex(/^random [1-9]\d*$/, 'write all, random 4 or a list'),
      z.array(z.int().min(1)).min(1),
    ])
    .default('all')
    .describe(
      'Heads of each layer: all, random 4 (drawn once, by training.seed), or a list, from 1',
    ),
  layerMap,
})

/** Hinton et al. 2015, §2; virt-paper.md §6, "Logit KD". */
export const logitsConfig = z.strictObject({
  alpha: alpha(0.4, 'L_logits'),
  temperature: z.number().positive().default(1).describe('T in T²·KL(softmax(z/T))'),
  loss: z
    .enum(['kl', 'mse'])
    .default('kl')
    .describe('kl: divergence of the softened answers; mse: squared error of the logits'),
})

/** Hofstätter et al. 2020, §3.2. */
export const marginMseConfig = z.strictObject({
  alpha: alpha(0.1, 'L_margin'),
  within: z
    .enum(['batch', 'x'])
    .default('batch')
    .describe('Margins between any two pairs of a batch with different labels, or of one text X'),
})

/** Wang et al. 2022, §3.3. */
export const dideConfig = z.strictObject({
  alpha: alpha(1, 'L_dide'),
  layers: layers('last 1'),
  layerMap,
})

/** Romero et al. 2015; DeFormer's LRS (Cao et al. 2020, §3.2). */
export const hiddenConfig = z.strictObject({
  alpha: alpha(1, 'L_hidden'),
  layers: layers('all'),
  layerMap,
})

/** What a student can learn from its teacher beside the labels; any of them together. */
export const distillationConfig = z.strictObject({
  virt: virtConfig.optional(),
  logits: logitsConfig.optional(),
  marginMse: marginMseConfig.optional(),
  dide: dideConfig.optional(),
  hidden: hiddenConfig.optional(),
})

export type LayerChoice = z.infer<typeof layerChoice>
export type VirtConfig = z.infer<typeof virtConfig>
export type LogitsConfig = z.infer<typeof logitsConfig>
export type MarginMseConfig = z.infer<typeof marginMseConfig>
export type DideConfig = z.infer<typeof dideConfig>
export type HiddenConfig = z.infer<typeof hiddenConfig>
export type DistillationConfig = z.infer<typeof distillationConfig>
export type DistillationName = keyof DistillationConfig

export const distillationNames = Object.keys(distillationConfig.shape) as DistillationName[]

/** What a distillation asks of the two models. */
export interface DistillationNeeds {
  /** As it is called in messages. */
  title: string
  /**
   * `cross`: of the student layers that read X and Y apart, and of the teacher a cross_encoder, both with equally
   * many heads. `states`: any layers that keep every token, equally wide. `answers`: nothing.
   */
  of: 'cross' | 'states' | 'answers'
}

export const distillationNeeds: Record<DistillationName, DistillationNeeds> = {
  virt: { title: 'VIRT', of: 'cross' },
  logits: { title: 'logit KD', of: 'answers' },
  marginMse: { title: 'MarginMSE', of: 'answers' },
  dide: { title: 'DiDE', of: 'cross' },
  hidden: { title: 'hidden-state MSE', of: 'states' },
}

/** The distillations that a run asks for. */
export function wantedDistillations(config: DistillationConfig): DistillationName[] {
  return distillationNames.filter((name) => config[name] !== undefined)
}
