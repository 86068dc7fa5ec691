import { z } from 'zod'

/** Column layouts the readers know by name; `columns` maps any other file. */
export const dataPresets = [
  'mnli',
  'qqp',
  'rte',
  'mrpc',
  'snli',
  'boolq',
  'superglue',
  'clue',
  'label_first',
] as const

export const dataSource = z.strictObject({
  path: z.string().describe('The file to read'),
  format: z
    .enum(['auto', 'tsv', 'csv', 'jsonl', 'parquet'])
    .default('auto')
    .describe('auto: by file name'),
  preset: z
    .enum(dataPresets)
    .optional()
    .describe('A known column layout; default: told from the header or the first row’s keys'),
  columns: z
    .strictObject({
      x: z.union([z.string(), z.int().min(0)]).describe('Text X: column name, or index from 0'),
      y: z.union([z.string(), z.int().min(0)]).describe('Text Y'),
      label: z.union([z.string(), z.int().min(0)]).describe('Label'),
      id: z
        .union([z.string(), z.int().min(0)])
        .optional()
        .describe('Example id; default: line'),
      query: z
        .union([z.string(), z.int().min(0)])
        .optional()
        .describe('What the pair is a candidate for (data.rankBy: column)'),
    })
    .optional()
    .describe('Own column mapping; wins over preset'),
  limit: z.int().positive().optional().describe('Read at most this many kept rows'),
})

export const dataConfig = z.strictObject({
  dataset: z
    .enum(['demo', 'files'])
    .default('files')
    .describe('demo: the generated alignment dataset that ships with Virtlab'),
  train: dataSource.optional().describe('Training pairs'),
  dev: dataSource.optional().describe('Development pairs; default: cut from train by `split`'),
  test: dataSource.optional().describe('Held-out pairs, scored once with the best checkpoint'),
  split: z
    .strictObject({
      by: z
        .enum(['x', 'y', 'row'])
        .default('x')
        .describe('Rows that share this text stay on one side (premises repeat in MNLI and SNLI)'),
      devFraction: z.number().gt(0).lt(1).default(0.1),
      testFraction: z.number().min(0).lt(1).default(0),
      seed: z.int().default(13),
    })
    .prefault({})
    .describe('How to cut dev (and test) from train where they are not given'),
  labels: z
    .array(z.string())
    .min(2)
    .optional()
    .describe('Label names in class order; default: sorted labels found in train'),
  scale: z
    .enum(['nominal', 'ordinal'])
    .default('nominal')
    .describe(
      'ordinal: labels are scores (numbers stand for themselves, others for their place): dev and test get Pearson and Spearman of the expected score',
    ),
  rankBy: z
    .enum(['x', 'y', 'column'])
    .optional()
    .describe(
      'Rank the pairs that share this text, or columns.query, as candidates: dev and test get MRR, MAP, P@1 and NDCG',
    ),
  relevant: z
    .string()
    .optional()
    .describe('Label of a relevant candidate, where labels are nominal; default: the last'),
  xMaxLength: z.int().min(3).max(512).default(130).describe('Tokens of X with [CLS] and [SEP]'),
  yMaxLength: z.int().min(3).max(512).default(130).describe('Tokens of Y with [CLS] and [SEP]'),
})

export type DataSource = z.infer<typeof dataSource>
export type DataConfig = z.infer<typeof dataConfig>
export type DataPreset = (typeof dataPresets)[number]
