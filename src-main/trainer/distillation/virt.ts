import type { VirtConfig } from '../../../src-shared/config/distillation.ts'
import { tooManyHeads } from '../../../src-shared/config/fit-distillation.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { shuffle } from '../data/random.ts'
import { virtReductions } from '../losses/virt/reductions.ts'
import { hashText } from '../models/mix.ts'
import { distilCrossAttention } from './cross-attention.ts'
import type { DistillationFactory } from './distillation.ts'
import { fitModels } from './fit.ts'

/**
 * VIRT, virtual interaction (EMNLP 2022, §3.2; virt.md): for each layer and head, the student's virtual
 * cross-attention between its towers learns the teacher's real one.
 *
 *   M  = softmax(S_teacher[block])       M̃ = softmax(Q̃ K̃ᵀ/√d_h)       L_virt = reduction(M̃, M)
 *
 * Nothing of it remains at inference: it only shapes the student's own query and key projections.
 */
export const virtDistillation: DistillationFactory<VirtConfig> = (config, models) => {
  const pairs = fitModels('virt', config, models)
  const heads = new Map(
    pairs.map(({ studentLayer }) => [
      studentLayer,
      chosenHeads(
        config.heads,
        models.student.encoder.numAttentionHeads,
        models.seed,
        studentLayer,
      ),
    ]),
  )
  return {
    name: 'virt',
    weight: config.alpha,
    ...distilCrossAttention(pairs, virtReductions[config.reduction], (layer) => heads.get(layer)),
  }
}

/**
 * Indices of a layer's heads to distil; undefined: all. Random ones depend on nothing but (seed, layer), so a
 * resumed run has the same.
 */
export function chosenHeads(
  choice: VirtConfig['heads'],
  heads: number,
  seed: number,
  layer: number,
): number[] | undefined {
  if (choice === 'all') return undefined
  const message = tooManyHeads(choice, heads)
  if (message !== undefined) {
    throw new UserError(message, { where: 'distillation.virt.heads', fix: `there are ${heads}` })
  }
  if (typeof choice !== 'string') return [...new Set(choice)].map((head) => head - 1)
  const wanted = Number(choice.split(' ')[1])
  const all = Array.from({ length: heads }, (_, i) => i)
  return shuffle(all, [seed, hashText(`virt.heads.${layer}`)])
    .slice(0, wanted)
    .sort((a, b) => a - b)
}
