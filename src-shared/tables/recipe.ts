import { z } from 'zod'
import { readings, runFilter } from '../contract/run-query.ts'
import { runStatus } from '../run-record.ts'
import { pairedTestKeys, resampling } from '../statistics.ts'

/** What of a run can name a row or column, besides `config.<setting>` and `factor.<name>`. */
export const plainFields = [
  'cell',
  'name',
  'model',
  'data',
  'recipe',
  'suite',
  'teacher',
  'seed',
  'backend',
  'device',
  'host',
  'tags',
] as const

/** `model`, `config.training.learningRate`, `factor.system` (of the suite). */
export const tableField = z
  .string()
  .regex(
    new RegExp(`^(${plainFields.join('|')}|config\\.[\\w.]+|factor\\..+)$`),
    `use ${plainFields.join(', ')}, config.<setting> or factor.<factor of a suite>`,
  )

/** A field whose values are the rows or columns of a table. */
export const dimension = z.preprocess(
  (value) => (typeof value === 'string' ? { field: value } : value),
  z.strictObject({
    field: tableField,
    title: z.string().optional().describe('Default: the field'),
    labels: z.record(z.string(), z.string()).optional().describe('What to print for a value'),
    order: z.array(z.string()).optional().describe('These values first; the rest as they are'),
    only: z.array(z.string()).min(1).optional().describe('No other values'),
  }),
)

/** A number in the cells. */
export const tableValue = z.preprocess(
  (value) => (typeof value === 'string' ? { metric: value } : value),
  z.strictObject({
    metric: z.string().min(1).describe('A series: test/accuracy, dev/loss …'),
    reading: z
      .enum(readings)
      .optional()
      .describe('Which value of the series; default: dev at the best checkpoint, others last'),
    title: z.string().optional(),
    better: z
      .enum(['higher', 'lower', 'none'])
      .optional()
      .describe('default: lower for losses, times and sizes; none: nothing is best'),
    digits: z.int().min(0).max(8).optional().describe('Decimals of this value'),
    percent: z
      .boolean()
      .optional()
      .describe('Print 0.8312 as 83.12; default: shares such as accuracy'),
    optional: z.boolean().default(false).describe('Left out where no run has it'),
    ratioTo: z
      .record(tableField, z.string())
      .optional()
      .describe('Print how many times the mean of the cell that has these values: a speed-up'),
  }),
)

export const tableRecipe = z.strictObject({
  name: z.string().min(1).max(100).describe('Of the table and its files'),
  title: z.string().optional().describe('Caption'),
  label: z
    .string()
    .regex(/^[\w:.-]+$/, 'use letters, digits, ":", ".", "-" and "_"')
    .optional()
    .describe('LaTeX label, e.g. tab:main'),
  runs: z
    .strictObject({
      suites: z
        .array(z.string())
        .optional()
        .describe('Suites by id or name (then the newest of this name): their cells'),
      preset: z.string().optional().describe('The newest suites made by this preset, one a name'),
      recipe: z.string().optional().describe('Runs of recipes with this name'),
      tags: z.array(z.string()).optional().describe('Runs that have all of these tags'),
      ids: z.array(z.string()).optional().describe('These runs only'),
      filter: runFilter.optional().describe('As the runs table filters'),
      statuses: z
        .array(runStatus)
        .min(1)
        .default(['completed'])
        .describe('Whose numbers count; the others are told as missing'),
    })
    .default({ statuses: ['completed'] })
    .describe('Which runs; all of these have to hold. Archived and deleted runs never count'),
  group: z.array(dimension).max(4).default([]).describe('Blocks of rows, a rule between them'),
  rows: z.array(dimension).max(6).default([]),
  columns: z.array(dimension).max(6).default([]),
  values: z.array(tableValue).max(20).default([]),
  valuesOn: z.enum(['columns', 'rows']).default('columns').describe('Where several values stand'),
  spread: z
    .enum(['std', 'interval', 'none'])
    .default('std')
    .describe('Behind a mean: ± standard deviation, its 95 % interval over seeds, or nothing'),
  showN: z.boolean().default(false).describe('Print the number of seeds'),
  digits: z.int().min(0).max(8).default(2).describe('Decimals, of percentages'),
  missing: z.string().default('–').describe('Printed where there is no run'),
  sort: z
    .enum(['levels', 'best_first', 'worst_first'])
    .default('levels')
    .describe('Rows by their labels’ order, or by the first value of the first column'),
  reference: z
    .strictObject({
      at: z
        .record(tableField, z.string())
        .describe('Each cell is compared with the one that has these values and its others'),
      delta: z.boolean().default(true).describe('Print the difference from it'),
      marks: z.boolean().default(true).describe('Mark significant differences from it'),
    })
    .optional(),
  best: z
    .strictObject({
      within: z.enum(['column', 'row', 'none']).default('column'),
      ties: z
        .boolean()
        .default(true)
        .describe('Also what is not significantly worse than the best is bold'),
    })
    .default({ within: 'column', ties: true })
    .describe('What is set in bold; within a column the blocks of `group` count apart'),
  significance: z
    .strictObject({
      test: z.enum(pairedTestKeys).default('approximate_randomization'),
      correction: z.enum(['holm', 'none']).default('holm').describe('Over the whole table'),
      alpha: z.number().gt(0).lt(1).default(0.05),
      ...resampling.shape,
    })
    .default({
      test: 'approximate_randomization',
      correction: 'holm',
      alpha: 0.05,
      ...resampling.parse({}),
    }),
})

export type TableRecipe = z.infer<typeof tableRecipe>
export type TableRecipeInput = z.input<typeof tableRecipe>
export type TableDimension = z.infer<typeof dimension>
export type TableValue = z.infer<typeof tableValue>
