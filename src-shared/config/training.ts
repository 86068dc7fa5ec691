import { z } from 'zod'

export const trainingConfig = z.strictObject({
  epochs: z.number().positive().default(6).describe('Passes over the training pairs'),
  maxSteps: z.int().positive().optional().describe('Stop after this many optimizer steps'),
  batchSize: z.int().positive().default(32).describe('Pairs in a micro-batch'),
  gradientAccumulation: z.int().positive().default(1).describe('Micro-batches in one step'),
  learningRate: z.number().positive().default(5e-5),
  schedule: z.enum(['linear', 'constant', 'cosine']).default('linear').describe('After warm-up'),
  warmupRatio: z.number().min(0).max(1).default(0.1).describe('Share of all steps'),
  weightDecay: z.number().min(0).default(0.01).describe('None on biases and LayerNorm'),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-6).describe('Adam’s epsilon'),
  clipNorm: z.number().min(0).default(1).describe('Global gradient norm; 0: no clipping'),
  bucketing: z.boolean().default(true).describe('Batch pairs of like length together'),
  evalEvery: z
    .int()
    .positive()
    .optional()
    .describe('Optimizer steps between dev evaluations; default: once an epoch'),
  evalBatchSize: z.int().positive().default(64),
  selectBy: z
    .enum(['accuracy', 'macroF1', 'f1', 'mcc', 'pearson', 'spearman', 'mrr', 'map', 'ndcg', 'loss'])
    .default('accuracy')
    .describe(
      'Dev metric that picks the best checkpoint; f1 is for two labels, pearson and spearman for data.scale ordinal, mrr, map and ndcg for data.rankBy',
    ),
  earlyStopPatience: z
    .int()
    .positive()
    .optional()
    .describe('Stop after this many evaluations without a better one'),
  keepCheckpoints: z
    .int()
    .positive()
    .default(2)
    .describe('Newest checkpoints that keep the optimizer’s state, to restart from'),
  seed: z.int().min(0).default(1).describe('Weights, dropout and data order'),
})

export const loggingConfig = z.strictObject({
  everySteps: z.int().positive().default(1).describe('Optimizer steps between training points'),
  systemEverySeconds: z.number().positive().default(5),
  attention: z
    .strictObject({
      examples: z
        .union([z.int().min(0), z.array(z.string()).min(1)])
        .default(4)
        .describe('Dev examples to keep maps of: how many of the first (0: none), or their ids'),
      layers: z
        .union([z.literal('all'), z.array(z.int().min(1)).min(1)])
        .default('all')
        .describe('Layers to keep maps of, from 1'),
      everySteps: z
        .int()
        .positive()
        .optional()
        .describe('Steps between maps; default: at every dev evaluation'),
      steps: z
        .array(z.int().min(1))
        .optional()
        .describe('Keep maps after exactly these steps (and before the first) instead'),
    })
    .prefault({}),
})

export type TrainingConfig = z.infer<typeof trainingConfig>
export type LoggingConfig = z.infer<typeof loggingConfig>
