import type { TextSide } from '../../models/model.ts'
import type { OnnxPass, OnnxTexts } from '../encoder.ts'
import type { Value } from '../graph.ts'

/** A model with towers as graphs; counterpart of models/tower-model.ts. */
export interface OnnxTowerModel {
  /** What a text is kept as, of the tower's hidden states. */
  represent(pass: OnnxPass, side: TextSide, hidden: OnnxTexts): OnnxTexts
  /** → logits [texts of y, labels]; x may be one text. */
  interact(pass: OnnxPass, x: OnnxTexts, y: OnnxTexts): Value
}

export const classify = 'virtlab.classifier'
