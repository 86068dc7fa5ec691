import type {
  DistillationConfig,
  DistillationName,
} from '../../../src-shared/config/distillation.ts'
import { fitDistillation, type ModelShape } from '../../../src-shared/config/fit-distillation.ts'
import type { LayerPair } from '../../../src-shared/config/match-layers.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { Models } from './distillation.ts'

/** The layers that a distillation compares. Throws UserError where the two models do not fit. */
export function fitModels<Name extends DistillationName>(
  name: Name,
  settings: NonNullable<DistillationConfig[Name]>,
  { student, teacher }: Models,
): LayerPair[] {
  const found = fitDistillation(name, { [name]: settings }, shapeOf(student), shapeOf(teacher))
  if (Array.isArray(found)) return found
  const { setting, message, fix } = found
  const where = ['distillation', name, setting].filter(Boolean).join('.')
  throw new UserError(message, { where, fix })
}

function shapeOf({ type, encoder, towerLayers }: Models['student']): ModelShape {
  const { numHiddenLayers, numAttentionHeads, hiddenSize } = encoder
  return { type, towerLayers, layers: numHiddenLayers, heads: numAttentionHeads, hiddenSize }
}
