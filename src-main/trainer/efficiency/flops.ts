import { towerLayers, type ModelConfig, type ModelType } from '../../../src-shared/config/model.ts'
import type { EncoderConfig } from '../models/model.ts'

/*
 * Analytic FLOPs of matrix products: a multiply and an add are two. Embeddings, LayerNorm, softmax, activations and
 * biases are left out, as in the figures published for VIRT, which these equal: BERT-base with 130 + 130 tokens apart
 * and 259 together (MNLI), 64 + 328 apart and 389 together (BoolQ), Y cached where the towers run apart.
 */

export interface PairLengths {
  /** Tokens with [CLS] and [SEP]. */
  x: number
  y: number
  /** [CLS] X [SEP] Y [SEP]. */
  joint: number
}

type Shape = Pick<EncoderConfig, 'numHiddenLayers' | 'hiddenSize' | 'intermediateSize'>

interface Counted {
  encoder: Shape
  config: ModelConfig
  labels: number
}

type TowerType = Exclude<ModelType, 'cross_encoder'>

const product = (m: number, k: number, n: number) => 2 * m * k * n

/** One transformer layer over a sequence: Q, K, V and output, scores and context, and the feed-forward pair. */
export function layerFlops({ hiddenSize: d, intermediateSize }: Shape, length: number): number {
  return (
    4 * product(length, d, d) +
    2 * product(length, d, length) +
    2 * product(length, d, intermediateSize)
  )
}

/** A mean over tokens as the product it is. */
const mean = ({ encoder }: Counted, tokens: number) => product(1, tokens, encoder.hiddenSize)

/** What the model makes of one text after its tower, before it meets another. */
const represent: Record<TowerType, (of: Counted, side: 'x' | 'y', tokens: number) => number> = {
  bi_encoder: (of, _side, tokens) => mean(of, tokens),
  sbert: (of, _side, tokens) => mean(of, tokens),
  deformer: () => 0,
  dipair: () => 0,
  poly_encoder: (of, side, tokens) => {
    if (side === 'x') return mean(of, tokens)
    const { codes, codeCount } = of.config
    return codes === 'first' ? 0 : 2 * product(codeCount, of.encoder.hiddenSize, tokens)
  },
  colbert: ({ encoder, config }, _side, tokens) =>
    product(tokens, encoder.hiddenSize, config.tokenSize),
  virt_encoder: () => 0,
}

/** Where the two meet. */
const interact: Record<TowerType, (of: Counted, x: number, y: number) => number> = {
  bi_encoder: ({ encoder, labels }) => product(1, 2 * encoder.hiddenSize, labels),
  sbert: ({ encoder, labels }) => product(1, 4 * encoder.hiddenSize, labels),
  deformer: (of, x, y) => joint(of, jointLayers(of), x + y),
  dipair: (of, x, y) =>
    // With every layer in the towers, a fresh one reads both.
    joint(
      of,
      Math.max(1, jointLayers(of)),
      Math.min(of.config.keepX, x) + Math.min(of.config.keepY, y),
    ),
  poly_encoder: ({ encoder, config, labels }, _x, y) => {
    const { codes, codeCount, score } = config
    const count = codes === 'first' ? Math.min(codeCount, y) : codeCount
    const head = score === 'dot' ? 1 : encoder.hiddenSize
    return 2 * product(1, encoder.hiddenSize, count) + product(1, head, labels)
  },
  colbert: ({ config: { tokenSize }, labels }, x, y) =>
    product(x + y, tokenSize, labels * tokenSize) + labels * product(x, tokenSize, y),
  virt_encoder: ({ encoder: { hiddenSize: d }, labels }, x, y) =>
    // Scores, the mean attention and what is read, in both directions; then the head.
    2 * product(x, d, y) +
    2 * product(1, x, y) +
    product(1, y, d) +
    product(1, x, d) +
    product(1, 4 * d, 4 * d) +
    product(1, 4 * d, labels),
}

const jointLayers = ({ encoder, config }: Counted) =>
  encoder.numHiddenLayers - towerLayers[config.type](encoder.numHiddenLayers, config)

function joint(of: Counted, layers: number, length: number): number {
  const { hiddenSize } = of.encoder
  const pooled = of.config.pooling === 'cls' ? product(1, hiddenSize, hiddenSize) : mean(of, length)
  return layers * layerFlops(of.encoder, length) + pooled + product(1, hiddenSize, of.labels)
}

/**
 * FLOPs of one pair.
 * @param cached Y has been through its tower before; makes no difference to a cross_encoder
 */
export function pairFlops(of: Counted, lengths: PairLengths, cached: boolean): number {
  const { config, encoder } = of
  const { type } = config
  if (type === 'cross_encoder') return joint(of, encoder.numHiddenLayers, lengths.joint)
  return (
    textFlops(of, 'x', lengths.x) +
    (cached ? 0 : textFlops(of, 'y', lengths.y)) +
    interact[type](of, lengths.x, lengths.y)
  )
}

/** FLOPs of one text through its tower, to where it can be cached; 0 for a cross_encoder. */
export function textFlops(of: Counted, side: 'x' | 'y', tokens: number): number {
  const { config, encoder } = of
  const { type } = config
  if (type === 'cross_encoder') return 0
  const layers = towerLayers[type](encoder.numHiddenLayers, config)
  return layers * layerFlops(encoder, tokens) + represent[type](of, side, tokens)
}
