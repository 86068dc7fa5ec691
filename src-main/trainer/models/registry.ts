import type { ModelType } from '../../../src-shared/config/model.ts'
import { biEncoder } from './bi-encoder.ts'
import { crossEncoder } from './cross-encoder.ts'
import type { ModelDefinition } from './model.ts'
import { sbert } from './sbert.ts'
import { virtEncoder } from './virt-encoder.ts'

/** Every model by its `type`. A new model is one file, one line here and its name in src-shared/config/model.ts. */
export const modelDefinitions: Record<ModelType, ModelDefinition> = {
  cross_encoder: crossEncoder,
  bi_encoder: biEncoder,
  sbert,
  virt_encoder: virtEncoder,
}
