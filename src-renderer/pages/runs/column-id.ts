import {
  readings,
  runFields,
  type ColumnRef,
  type Reading,
  type RunField,
} from '@shared/contract/run-query.ts'

/**
 * A column as one word, for addresses and for the table: `f:name`, `c:training.learningRate`,
 * `m:dev/accuracy:best`, `l:student`. Tags have no ColumnRef of their own: they come with every run.
 */
export const tagsColumn = 'tags'

export function columnId(column: ColumnRef): string {
  switch (column.kind) {
    case 'field':
      return `f:${column.field}`
    case 'config':
      return `c:${column.key}`
    case 'metric':
      return `m:${column.key}:${column.reading}`
    case 'level':
      return levelId(column.factor)
  }
}

/** Undefined for a word that names no column. */
export function columnOf(id: string): ColumnRef | undefined {
  const [kind, rest] = [id.slice(0, 2), id.slice(2)]
  if (kind === 'f:') {
    const field = runFields.find((name) => name === rest)
    return field && { kind: 'field', field }
  }
  if (kind === 'l:' && rest !== '') {
    return { kind: 'level', factor: rest.replaceAll('%2C', ',').replaceAll('%25', '%') }
  }
  if (kind === 'c:' && rest !== '') return { kind: 'config', key: rest }
  if (kind === 'm:') {
    const at = rest.lastIndexOf(':')
    const reading = readings.find((name) => name === rest.slice(at + 1))
    return at > 0 && reading ? { kind: 'metric', key: rest.slice(0, at), reading } : undefined
  }
  return undefined
}

export const fieldId = (field: RunField) => columnId({ kind: 'field', field })
export const metricId = (key: string, reading: Reading) =>
  columnId({ kind: 'metric', key, reading })

/** Addresses list columns with commas, which a factor's name may have. */
export const levelId = (factor: string) =>
  `l:${factor.replaceAll('%', '%25').replaceAll(',', '%2C')}`

/** Fields that hold Unix milliseconds. */
export const timeFields: ReadonlySet<RunField> = new Set(['createdAt', 'startedAt', 'endedAt'])

/** Fields that hold numbers. */
export const numberFields: ReadonlySet<RunField> = new Set([
  'seed',
  'parameters',
  'bestStep',
  'lastStep',
  'createdAt',
  'startedAt',
  'endedAt',
  'durationSeconds',
])

/** What the table shows until somebody chooses. */
export const usualColumns: string[] = [
  fieldId('name'),
  fieldId('status'),
  fieldId('seed'),
  metricId('dev/accuracy', 'best'),
  metricId('test/accuracy', 'last'),
  metricId('test/macro_f1', 'last'),
  metricId('train/loss', 'last'),
  metricId('inference/pairs_per_second', 'last'),
  fieldId('model'),
  fieldId('data'),
  tagsColumn,
  fieldId('durationSeconds'),
  fieldId('createdAt'),
]
