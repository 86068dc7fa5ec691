import { z } from 'zod'
import { readings } from '../contract/run-query.ts'
import { pairedTestKeys, refusals, testUnits } from '../statistics.ts'

/** NaN and infinities are numbers here. */
const number = z.union([z.number(), z.nan(), z.literal(Infinity), z.literal(-Infinity)])

/** A comparison of a cell with its reference, or with the best of its row or column. */
export const cellComparison = z.strictObject({
  /** cell − other. */
  difference: number.nullable(),
  /** Null where the test cannot say anything: `refusal` says why. */
  p: z.number().nullable(),
  /** After the correction over the table. */
  pAdjusted: z.number().nullable(),
  refusal: z.enum(refusals).nullable(),
  significant: z.boolean(),
  /** So few data that no difference could have been significant. */
  tooSmall: z.boolean(),
})

/** A cell as it is printed; numbers with a point and a hyphen, for each format to put into its own signs. */
export const cellText = z.strictObject({
  mean: z.string(),
  std: z.string().nullable(),
  low: z.string().nullable(),
  high: z.string().nullable(),
  /** With its sign. */
  delta: z.string().nullable(),
  mark: z.string(),
  n: z.string().nullable(),
})

export const tableCell = z.strictObject({
  /** The runs whose numbers these are. */
  ids: z.array(z.string()),
  /** Runs of this cell that do not count (yet), by status. */
  others: z.record(z.string(), z.int()),
  mean: number.nullable(),
  std: number.nullable(),
  low: number.nullable(),
  high: number.nullable(),
  n: z.int(),
  /** mean − the reference's. */
  delta: number.nullable(),
  bold: z.boolean(),
  isReference: z.boolean(),
  reference: cellComparison.nullable(),
  best: cellComparison.nullable(),
  /** Null where there is nothing to print. */
  text: cellText.nullable(),
  /** Why there is no run: a suite says it of combinations that cannot be trained. */
  reason: z.string().nullable(),
})

/** What stands over a column, or beside a row: one label a dimension. */
const label = z.strictObject({ value: z.string(), text: z.string() })

export const evaluatedValue = z.strictObject({
  metric: z.string(),
  reading: z.enum(readings),
  title: z.string(),
  better: z.enum(['higher', 'lower', 'none']),
  percent: z.boolean(),
  digits: z.int(),
})

/** Something a reader of the table has to know; the texts are the reader's own language's. */
export const tableWarning = z.discriminatedUnion('kind', [
  /** Runs that differ in more than the seed share these cells. */
  z.strictObject({ kind: z.literal('mixed'), cells: z.int(), settings: z.array(z.string()) }),
  /** Several runs of one seed: the newest counts. */
  z.strictObject({ kind: z.literal('repeated_seeds'), cells: z.int() }),
  /** Tests that could not have become significant. */
  z.strictObject({ kind: z.literal('too_small'), tests: z.int(), of: z.int() }),
  z.strictObject({ kind: z.literal('refused'), refusal: z.enum(refusals), tests: z.int() }),
  /** Not the same seeds on both sides. */
  z.strictObject({ kind: z.literal('unpaired_seeds'), tests: z.int() }),
  z.strictObject({ kind: z.literal('no_reference'), cells: z.int() }),
  /** A test over so few seeds sees nothing below so many standard deviations of the differences. */
  z.strictObject({ kind: z.literal('few_seeds'), seeds: z.int(), deviations: z.number() }),
  /** Cells with fewer seeds than others. */
  z.strictObject({ kind: z.literal('uneven_seeds'), least: z.int(), most: z.int() }),
])

export const evaluatedTable = z.strictObject({
  /** Titles of the label columns: blocks, then rows, then the values where they stand on rows. */
  stub: z.array(z.string()),
  /** How many of them are blocks. */
  blocks: z.int(),
  columns: z.array(
    z.strictObject({
      labels: z.array(label),
      /** Index of the value, unless values stand on rows. */
      value: z.int().nullable(),
    }),
  ),
  columnTitles: z.array(z.string()),
  rows: z.array(
    z.strictObject({
      labels: z.array(label),
      value: z.int().nullable(),
      cells: z.array(tableCell),
    }),
  ),
  values: z.array(evaluatedValue),
  /** Of this many runs. */
  runs: z.int(),
  /** Runs that belong to the table and are not done yet. */
  pending: z.int(),
  test: z.strictObject({
    key: z.enum(pairedTestKeys),
    /** What it was made over; several where the table's metrics are of both kinds. */
    units: z.array(z.enum(testUnits)),
    /** Comparisons that were corrected together: with references, with the best. */
    references: z.int(),
    bests: z.int(),
  }),
  warnings: z.array(tableWarning),
})

export type EvaluatedTable = z.infer<typeof evaluatedTable>
export type EvaluatedValue = z.infer<typeof evaluatedValue>
export type TableCell = z.infer<typeof tableCell>
export type CellComparison = z.infer<typeof cellComparison>
export type CellText = z.infer<typeof cellText>
export type TableWarning = z.infer<typeof tableWarning>
