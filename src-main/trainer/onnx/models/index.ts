import type { ModelType } from '../../../../src-shared/config/model.ts'
import { biEncoder } from './bi-encoder.ts'
import { colbert } from './colbert.ts'
import { deformer } from './deformer.ts'
import { dipair } from './dipair.ts'
import type { OnnxTowerModel } from './model.ts'
import { polyEncoder } from './poly-encoder.ts'
import { sbert } from './sbert.ts'
import { virtEncoder } from './virt-encoder.ts'

/** Every model with towers as ONNX graphs, by type; what reads both texts as one has one graph (../write-onnx.ts). */
export const onnxTowerModels: Record<Exclude<ModelType, 'cross_encoder'>, OnnxTowerModel> = {
  bi_encoder: biEncoder,
  sbert,
  deformer,
  dipair,
  poly_encoder: polyEncoder,
  colbert,
  virt_encoder: virtEncoder,
}
