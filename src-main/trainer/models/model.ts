import type { Tensor, Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import type { ModelConfig, ModelType } from '../../../src-shared/config/model.ts'
import type { PairBatch, TokenBlock } from '../data/batch.ts'

/** BERT's shape, named as in Hugging Face's config.json. */
export interface EncoderConfig {
  vocabSize: number
  hiddenSize: number
  numHiddenLayers: number
  numAttentionHeads: number
  intermediateSize: number
  maxPositionEmbeddings: number
  typeVocabSize: number
  layerNormEps: number
  hiddenAct: 'gelu' | 'gelu_new' | 'relu'
  initializerRange: number
  padTokenId: number
}

/** Trainable tensors by Hugging Face name, in the order they were made. Linear weights are [out, in]. */
export type Parameters = Map<string, Variable>

/**
 * Dropout with a generator of its own: the mask is a pure function of (seed, step, call index), so a
 * resumed run draws the masks that the uninterrupted one would have drawn.
 */
export interface Dropout {
  /** x · mask / (1 − rate); returns x itself when not training or rate = 0. */
  apply<T extends Tensor>(x: T, rate: number): T
}

export interface ForwardContext {
  dropout: Dropout
  /** Keep every layer's Q, K and hidden states in the output (VIRT and snapshots need them). */
  trace: boolean
}

/** What one BERT pass over one sequence leaves behind for distillation, a tensor a layer. */
export interface EncoderTrace {
  /** Scaled by nothing: raw projections. */
  queries: Tensor4D[] // layers × [batch, heads, length, headSize]
  keys: Tensor4D[] // layers × [batch, heads, length, headSize]
  hiddenStates: Tensor3D[] // layers × [batch, length, hidden], each layer's output
}

export interface ForwardOutput {
  logits: Tensor2D // [batch, labels]
  /**
   * Present when traced and the model has towers. Above `towerLayers` it goes on, where a joint layer keeps every
   * token of both: with what belongs to X and to Y of that layer.
   */
  towers?: { x: EncoderTrace; y: EncoderTrace }
  /** Present when traced and the model reads the joint sequence. */
  joint?: EncoderTrace
}

/** Which of a pair's two texts. */
export type TextSide = 'x' | 'y'

/**
 * Texts between their tower and the meeting with another: what is cached of them. A model that pools keeps one vector
 * of a text, others several; the valid vectors of a text come first.
 */
export interface TextVectors {
  vectors: Tensor3D // [texts, vectors, width]
  mask: Tensor2D // [texts, vectors], 1 = vector, 0 = padding
}

/** Inference in two steps, without dropout, for models whose towers let a text be encoded once and met often. */
export interface ApartInference {
  /** Runs one tower over [CLS] text [SEP] rows; the caller disposes both tensors. */
  encode(side: TextSide, block: TokenBlock): TextVectors
  /**
   * → logits [texts of y, labels]. `x` has as many texts as `y`, or one that meets every text of `y`. Padding of
   * either may be of any length.
   */
  interact(x: TextVectors, y: TextVectors): Tensor2D
}

export interface PairModel {
  readonly type: ModelType
  readonly encoder: EncoderConfig
  /** Layers, from the first, that read X and Y apart; 0: none. */
  readonly towerLayers: number
  readonly parameters: Parameters
  forward(batch: PairBatch, context: ForwardContext): ForwardOutput
  /** Absent where the model reads both texts as one sequence, so that nothing of a text can be cached. */
  readonly apart?: ApartInference
  dispose(): void
}

/** What a model file exports to the registry. */
export interface ModelDefinition {
  type: ModelType
  /** One sentence for forms and --help. */
  summary: string
  forward(
    parameters: Parameters,
    encoder: EncoderConfig,
    config: ModelConfig,
    batch: PairBatch,
    context: ForwardContext,
  ): ForwardOutput
  /** See PairModel. */
  apart?(parameters: Parameters, encoder: EncoderConfig, config: ModelConfig): ApartInference
}

export interface HeadShape {
  name: string
  shape: number[]
  init: 'normal' | 'zeros' | 'ones'
}
