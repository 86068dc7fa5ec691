import { z } from 'zod'

/** Every architecture; one file each under src-main/trainer/models (virt.md, "Models"). */
export const modelTypes = [
  'cross_encoder',
  'bi_encoder',
  'sbert',
  'deformer',
  'dipair',
  'poly_encoder',
  'colbert',
  'virt_encoder',
] as const

/** BERT sizes as published by google-research/bert; head size is always 64. */
export const encoderSizes = {
  tiny: { numHiddenLayers: 2, hiddenSize: 128, numAttentionHeads: 2, intermediateSize: 512 },
  mini: { numHiddenLayers: 4, hiddenSize: 256, numAttentionHeads: 4, intermediateSize: 1024 },
  small: { numHiddenLayers: 4, hiddenSize: 512, numAttentionHeads: 8, intermediateSize: 2048 },
  base: { numHiddenLayers: 12, hiddenSize: 768, numAttentionHeads: 12, intermediateSize: 3072 },
} as const

export const modelConfig = z.strictObject({
  type: z.enum(modelTypes).describe('How X and Y meet'),
  pretrained: z
    .string()
    .optional()
    .describe('Hugging Face BERT folder (config.json, model.safetensors, vocab.txt) to start from'),
  size: z
    .enum(['tiny', 'mini', 'small', 'base'])
    .default('tiny')
    .describe('Encoder size when there is no pretrained folder'),
  vocab: z
    .string()
    .optional()
    .describe('WordPiece vocab.txt when there is no pretrained folder; default: the dataset’s own'),
  lowercase: z
    .boolean()
    .optional()
    .describe('Lower-case and strip accents; default: the folder’s setting, else true'),
  pooling: z
    .enum(['cls', 'mean'])
    .default('cls')
    .describe('cross_encoder, deformer, dipair: pooled CLS, or the mean over all valid tokens'),
  fusion: z
    .enum(['max_squared', 'product'])
    .default('max_squared')
    .describe('virt_encoder only: last term of r, max(u,v)² as published or u∘v'),
  splitLayer: z
    .int()
    .min(1)
    .optional()
    .describe(
      'deformer, dipair: layers that read X and Y apart, the others read both; default: all but the last. dipair: with all of them apart, a fresh layer reads both',
    ),
  keepX: z
    .int()
    .min(1)
    .default(8)
    .describe('dipair only: first vectors of X that the joint layer reads'),
  keepY: z
    .int()
    .min(1)
    .default(16)
    .describe('dipair only: first vectors of Y that the joint layer reads'),
  codes: z
    .enum(['first', 'learnt'])
    .default('first')
    .describe(
      'poly_encoder only: Y’s codes are its first vectors, or what learnt queries read of Y',
    ),
  codeCount: z.int().min(1).default(64).describe('poly_encoder only: codes of Y'),
  score: z
    .enum(['linear', 'dot'])
    .default('linear')
    .describe(
      'poly_encoder only: a linear layer over what X reads of the codes, or over its dot product with X',
    ),
  tokenSize: z.int().min(1).default(128).describe('colbert only: size of a token’s vector'),
  initializerRange: z
    .number()
    .positive()
    .max(1)
    .default(0.02)
    .describe(
      'Standard deviation of fresh weights. BERT’s 0.02 suits wide models; a narrow one from scratch learns sooner near 1/√hiddenSize (tiny: 0.09)',
    ),
  dropout: z.number().min(0).max(0.9).default(0.1).describe('Hidden, attention and head dropout'),
})

export type ModelConfig = z.infer<typeof modelConfig>
export type ModelType = (typeof modelTypes)[number]

/**
 * How many of an encoder's layers, from the first, read X and Y apart: there is where VIRT applies and what of
 * Y can be cached.
 * @param depth the encoder's number of layers
 */
export const towerLayers: Record<
  ModelType,
  (depth: number, config: Pick<ModelConfig, 'splitLayer'>) => number
> = {
  cross_encoder: () => 0,
  bi_encoder: (depth) => depth,
  sbert: (depth) => depth,
  deformer: (depth, { splitLayer }) => splitLayer ?? depth - 1,
  dipair: (depth, { splitLayer }) => splitLayer ?? depth - 1,
  poly_encoder: (depth) => depth,
  colbert: (depth) => depth,
  virt_encoder: (depth) => depth,
}

/** Models whose lower layers are towers and whose upper layers are joint: the largest `splitLayer`. */
export const largestSplit: Partial<Record<ModelType, (depth: number) => number>> = {
  deformer: (depth) => depth - 1,
  dipair: (depth) => depth,
}
