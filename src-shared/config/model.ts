import { z } from 'zod'

/** Every architecture; one file each under src-main/trainer/models (virt.md, "Models"). */
export const modelTypes = ['cross_encoder', 'bi_encoder', 'sbert', 'virt_encoder'] as const

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
    .describe('cross_encoder only: pooled CLS, or the mean over all valid tokens'),
  fusion: z
    .enum(['max_squared', 'product'])
    .default('max_squared')
    .describe('virt_encoder only: last term of r, max(u,v)² as published or u∘v'),
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
