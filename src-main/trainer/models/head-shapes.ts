import type { ModelConfig, ModelType } from '../../../src-shared/config/model.ts'
import { dense, layerShapes, poolerShapes } from './encoder-parameters.ts'
import type { EncoderConfig, HeadShape } from './model.ts'

/**
 * Every model's parameters beyond BERT's embeddings and layers: name → shape, with how they start. Apart from the
 * models' forward passes because the core counts parameters without loading tfjs.
 */
export const headShapes: Record<
  ModelType,
  (encoder: EncoderConfig, labels: number, config: ModelConfig) => HeadShape[]
> = {
  cross_encoder: (encoder, labels, config) => [
    ...pooler(encoder, config),
    ...dense('classifier', labels, encoder.hiddenSize),
  ],
  bi_encoder: ({ hiddenSize }, labels) => dense('virtlab.classifier', labels, 2 * hiddenSize),
  sbert: ({ hiddenSize }, labels) => dense('virtlab.classifier', labels, 4 * hiddenSize),
  deformer: pooledClassifier,
  dipair: (encoder, labels, config) => [
    ...(config.splitLayer === encoder.numHiddenLayers ? layerShapes('virtlab.joint', encoder) : []),
    ...pooledClassifier(encoder, labels, config),
  ],
  poly_encoder: ({ hiddenSize }, labels, { codes, codeCount, score }) => [
    ...(codes === 'learnt'
      ? [{ name: 'virtlab.codes', shape: [codeCount, hiddenSize], init: 'normal' as const }]
      : []),
    ...dense('virtlab.classifier', labels, score === 'dot' ? 1 : hiddenSize),
  ],
  colbert: ({ hiddenSize }, labels, { tokenSize }) => [
    ...dense('virtlab.x', tokenSize, hiddenSize),
    ...dense('virtlab.y', tokenSize, hiddenSize),
    ...dense('virtlab.labels', labels * tokenSize, tokenSize),
  ],
  virt_encoder: ({ hiddenSize }, labels) => [
    ...dense('virtlab.interaction', 4 * hiddenSize, 4 * hiddenSize),
    ...dense('virtlab.classifier', labels, 4 * hiddenSize),
  ],
}

function pooledClassifier(
  encoder: EncoderConfig,
  labels: number,
  config: ModelConfig,
): HeadShape[] {
  return [...pooler(encoder, config), ...dense('virtlab.classifier', labels, encoder.hiddenSize)]
}

const pooler = (encoder: EncoderConfig, { pooling }: ModelConfig) =>
  pooling === 'cls' ? poolerShapes(encoder) : []
