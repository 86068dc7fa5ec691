import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ModelConfig, ModelType } from '../../../src-shared/config/model.ts'
import { noDropout } from './dropout.ts'
import { encode, type EncodedBlock, type EncoderPass } from './encoder.ts'
import { layerNames } from './encoder-parameters.ts'
import type { EncoderConfig, ModelDefinition, TextSide, TextVectors } from './model.ts'
import { encodeTowers, towerTraces, tracesWithJoint } from './towers.ts'

/** A model with towers, in the two steps between which a text can be cached. */
export interface TowerModel {
  type: ModelType
  summary: string
  /** Names of the towers' layers, the lowest first; default: all of the encoder's. */
  layers?(encoder: EncoderConfig, config: ModelConfig): string[]
  /** What a text is kept as, of what its tower made of it. */
  represent(
    pass: EncoderPass,
    config: ModelConfig,
    side: TextSide,
    block: EncodedBlock,
  ): TextVectors
  /**
   * Where the texts meet → logits [batch, labels]. X may be one text that meets every text of Y.
   * `joint`: what joint layers made of all tokens of both, to be traced.
   */
  interact(
    pass: EncoderPass,
    config: ModelConfig,
    x: TextVectors,
    y: TextVectors,
  ): { logits: Tensor2D; joint?: EncodedBlock }
}

/** The definition of a model with towers: training runs both steps as one, inference may cache between them. */
export function towerModel(model: TowerModel): ModelDefinition {
  const layersOf = (encoder: EncoderConfig, config: ModelConfig) =>
    model.layers?.(encoder, config) ?? layerNames(encoder)
  return {
    type: model.type,
    summary: model.summary,
    forward(parameters, encoder, config, batch, context) {
      const pass = { parameters, encoder, dropoutRate: config.dropout, context }
      const towers = encodeTowers(pass, batch, layersOf(encoder, config))
      const x = model.represent(pass, config, 'x', towers.x)
      const y = model.represent(pass, config, 'y', towers.y)
      const { logits, joint } = model.interact(pass, config, x, y)
      const traces = joint ? tracesWithJoint(towers, joint, batch) : towerTraces(towers)
      return { logits, ...traces }
    },
    apart(parameters, encoder, config) {
      const context = { dropout: noDropout, trace: false }
      const pass = { parameters, encoder, dropoutRate: config.dropout, context }
      const layers = layersOf(encoder, config)
      return {
        encode: (side, block) =>
          tf.tidy(() => {
            const [encoded] = encode(pass, [block], layers) as [EncodedBlock]
            const { vectors, mask } = model.represent(pass, config, side, encoded)
            return { vectors, mask }
          }),
        interact: (x, y) => tf.tidy(() => model.interact(pass, config, x, y).logits),
      }
    },
  }
}
