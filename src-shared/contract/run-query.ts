import { z } from 'zod'
import { importFormat, runStatus, type RunStatus } from '../run-record.ts'

/** What of a run stands in a column of its own, without config and metrics. */
export const runFields = [
  'id',
  'name',
  'seed',
  'status',
  'recipe',
  'suite',
  'group',
  'model',
  'data',
  'backend',
  'device',
  'host',
  'notes',
  'teacher',
  'source',
  'parameters',
  'bestStep',
  'lastStep',
  'createdAt',
  'startedAt',
  'endedAt',
  'durationSeconds',
] as const

/** Which value of a series stands for it; `best`: at the step of the run's best checkpoint. */
export const readings = ['last', 'best', 'min', 'max', 'mean'] as const

/**
 * A column: a field, a leaf of the configuration (`training.learningRate`), a metric, or the level of a suite's
 * factor that the run was trained as; of a run in several suites the newest one's. A filter finds it by any.
 */
export const columnRef = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('field'), field: z.enum(runFields) }),
  z.strictObject({ kind: z.literal('config'), key: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('metric'),
    key: z.string().min(1),
    reading: z.enum(readings),
  }),
  z.strictObject({ kind: z.literal('level'), factor: z.string().min(1) }),
])

export const filterTests = [
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  /** The value is one of a list. */
  'in',
  'contains',
  /** There is a value at all; `value` true or false. */
  'exists',
] as const

const scalar = z.union([z.string(), z.number(), z.boolean()])
export type Scalar = z.infer<typeof scalar>

export type RunFilter =
  | { op: 'and'; of: RunFilter[] }
  | { op: 'or'; of: RunFilter[] }
  | { op: 'not'; of: RunFilter }
  | {
      op: 'test'
      column: ColumnRef
      test: (typeof filterTests)[number]
      value: Scalar | Scalar[]
    }
  | { op: 'tag'; tag: string }
  | { op: 'status'; of: RunStatus[] }
  | { op: 'ids'; of: string[] }
  /** In name, id, notes, tags, recipe; letters' case does not count. */
  | { op: 'text'; text: string }

/** Written out, since a schema that holds itself has no type that could be inferred. */
export const runFilter: z.ZodType<RunFilter, RunFilter> = z.lazy(() =>
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('and'), of: z.array(runFilter) }),
    z.strictObject({ op: z.literal('or'), of: z.array(runFilter) }),
    z.strictObject({ op: z.literal('not'), of: runFilter }),
    z.strictObject({
      op: z.literal('test'),
      column: columnRef,
      test: z.enum(filterTests),
      value: z.union([scalar, z.array(scalar).max(1000)]),
    }),
    z.strictObject({ op: z.literal('tag'), tag: z.string() }),
    z.strictObject({ op: z.literal('status'), of: z.array(runStatus) }),
    z.strictObject({ op: z.literal('ids'), of: z.array(z.string()) }),
    z.strictObject({ op: z.literal('text'), text: z.string() }),
  ]),
)

/** Which runs, in which order, how grouped: what a saved view keeps and an exported table repeats. */
export const runQuery = z.strictObject({
  filter: runFilter.optional(),
  /** Archived and deleted runs are lists of their own. */
  show: z.enum(['active', 'archived', 'deleted']).default('active'),
  /** Whose values the rows hold, in this order. */
  columns: z.array(columnRef).max(200).default([]),
  /** First wins; groups are sorted by their mean. Default: newest first. */
  sort: z
    .array(z.strictObject({ column: columnRef, descending: z.boolean().default(false) }))
    .max(8)
    .default([]),
  /**
   * `config`: runs that differ in nothing but their seed (and their teacher's) are one row; a list: runs
   * with equal values in these columns are; null: one row a run.
   */
  group: z
    .union([z.literal('config'), z.array(columnRef).min(1).max(8), z.null()])
    .default('config'),
})

/** Of a number over the runs of a group that have it; `std` is the sample's (n − 1), null for one run. */
export const spread = z.strictObject({
  mean: z.number(),
  std: z.number().nullable(),
  n: z.int(),
  min: z.number(),
  max: z.number(),
})

/** A group's runs differ here: so many values. Arrays and objects of a config come as JSON text. */
export const mixed = z.strictObject({ distinct: z.int() })

/** NaN and infinities are numbers here. */
const number = z.union([z.number(), z.nan(), z.literal(Infinity), z.literal(-Infinity)])
export const cell = z.union([z.string(), number, z.boolean(), z.null(), spread, mixed])

export const runBrief = z.strictObject({
  id: z.string(),
  name: z.string(),
  seed: z.int(),
  status: runStatus,
  recipe: z.string().nullable(),
  teacherId: z.string().nullable(),
  groupHash: z.string(),
  /** Empty where an imported run does not tell. */
  model: z.string(),
  /** What it was imported from: another program, a bundle, another data folder; null: it was made here. */
  source: importFormat.nullable(),
  tags: z.array(z.string()),
  notes: z.string(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  archivedAt: z.int().nullable(),
  deletedAt: z.int().nullable(),
  errorMessage: z.string().nullable(),
})

/** One run, or a group of them. */
export const runRow = z.strictObject({
  /** Stays the same while the list is sorted and filtered. */
  key: z.string(),
  /** The run, or the newest of the group. */
  run: runBrief,
  /** All of the group, newest first. */
  ids: z.array(z.string()),
  seeds: z.array(z.int()),
  statuses: z.partialRecord(runStatus, z.int()),
  /** Metrics are over the completed runs of a group; over all of them where none is completed. */
  metricsOver: z.enum(['completed', 'all']),
  /** As the query's columns. */
  cells: z.array(cell),
})

export type ColumnRef = z.infer<typeof columnRef>
export type RunQuery = z.infer<typeof runQuery>
export type RunQueryInput = z.input<typeof runQuery>
export type RunField = (typeof runFields)[number]
export type Reading = (typeof readings)[number]
export type Cell = z.infer<typeof cell>
export type SpreadCell = z.infer<typeof spread>
export type MixedCell = z.infer<typeof mixed>
export type RunBrief = z.infer<typeof runBrief>
export type RunRow = z.infer<typeof runRow>
