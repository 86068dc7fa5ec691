import type { EncoderConfig, HeadShape } from './model.ts'

/** BERT's parameters without the pooler, in Hugging Face's order and names: [out, in] weights. */
export function encoderShapes(config: EncoderConfig): HeadShape[] {
  const { hiddenSize } = config
  return [
    table('word', config.vocabSize, hiddenSize),
    table('position', config.maxPositionEmbeddings, hiddenSize),
    table('token_type', config.typeVocabSize, hiddenSize),
    ...norm('bert.embeddings.LayerNorm', hiddenSize),
    ...layerNames(config).flatMap((layer) => layerShapes(layer, config)),
  ]
}

/** What an encoder's layers are called, the lowest first. */
export function layerNames({ numHiddenLayers }: EncoderConfig): string[] {
  return Array.from({ length: numHiddenLayers }, (_, index) => `bert.encoder.layer.${index}`)
}

/** One transformer layer of the encoder's shape. */
export function layerShapes(
  layer: string,
  { hiddenSize, intermediateSize }: EncoderConfig,
): HeadShape[] {
  return [
    ...dense(`${layer}.attention.self.query`, hiddenSize, hiddenSize),
    ...dense(`${layer}.attention.self.key`, hiddenSize, hiddenSize),
    ...dense(`${layer}.attention.self.value`, hiddenSize, hiddenSize),
    ...dense(`${layer}.attention.output.dense`, hiddenSize, hiddenSize),
    ...norm(`${layer}.attention.output.LayerNorm`, hiddenSize),
    ...dense(`${layer}.intermediate.dense`, intermediateSize, hiddenSize),
    ...dense(`${layer}.output.dense`, hiddenSize, intermediateSize),
    ...norm(`${layer}.output.LayerNorm`, hiddenSize),
  ]
}

/** BERT's pooler: tanh(W·h_[CLS] + b). */
export function poolerShapes({ hiddenSize }: EncoderConfig): HeadShape[] {
  return dense('bert.pooler.dense', hiddenSize, hiddenSize)
}

/** A linear layer's weight and bias. */
export function dense(name: string, out: number, inputs: number): HeadShape[] {
  return [
    { name: `${name}.weight`, shape: [out, inputs], init: 'normal' },
    { name: `${name}.bias`, shape: [out], init: 'zeros' },
  ]
}

function norm(name: string, size: number): HeadShape[] {
  return [
    { name: `${name}.weight`, shape: [size], init: 'ones' },
    { name: `${name}.bias`, shape: [size], init: 'zeros' },
  ]
}

function table(kind: string, entries: number, hidden: number): HeadShape {
  return {
    name: `bert.embeddings.${kind}_embeddings.weight`,
    shape: [entries, hidden],
    init: 'normal',
  }
}
