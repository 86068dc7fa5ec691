import type { ModelType } from '../../../src-shared/config/model.ts'
import { biEncoder } from './bi-encoder.ts'
import { colbert } from './colbert.ts'
import { crossEncoder } from './cross-encoder.ts'
import { deformer } from './deformer.ts'
import { dipair } from './dipair.ts'
import type { ModelDefinition } from './model.ts'
import { polyEncoder } from './poly-encoder.ts'
import { sbert } from './sbert.ts'
import { virtEncoder } from './virt-encoder.ts'

/**
 * Every model by its `type`. A new model is one file, one line here, its head's shapes in head-shapes.ts and its
 * name and tower layers in src-shared/config/model.ts.
 */
export const modelDefinitions: Record<ModelType, ModelDefinition> = {
  cross_encoder: crossEncoder,
  bi_encoder: biEncoder,
  sbert,
  deformer,
  dipair,
  poly_encoder: polyEncoder,
  colbert,
  virt_encoder: virtEncoder,
}
