import { filterTests, runFilter, type RunFilter, type Scalar } from '@shared/contract/run-query.ts'
import { columnId, columnOf, numberFields, tagsColumn, timeFields } from './column-id.ts'

/** Tests as the builder offers them; `has`: of tags. */
export const tests = [...filterTests, 'missing', 'has'] as const
export type TestName = (typeof tests)[number]

/** One condition as it is being typed: the value is text until the filter is made. */
export interface FilterTest {
  kind: 'test'
  not: boolean
  /** A column's id, or `tags`. */
  column: string
  test: TestName
  value: string
}

export interface FilterGroup {
  kind: 'group'
  not: boolean
  join: 'and' | 'or'
  of: FilterNode[]
}

export type FilterNode = FilterTest | FilterGroup

export const emptyGroup = (join: 'and' | 'or' = 'and'): FilterGroup => ({
  kind: 'group',
  not: false,
  join,
  of: [],
})

export type ValueType = 'text' | 'number' | 'boolean' | 'time' | 'tag'

/** What a column's values are; of a setting its known values tell. */
export function valueTypeOf(id: string, known: readonly Scalar[] = []): ValueType {
  if (id === tagsColumn) return 'tag'
  const column = columnOf(id)
  if (column?.kind === 'metric') return 'number'
  if (column?.kind === 'level') return 'text'
  if (column?.kind === 'field') {
    if (timeFields.has(column.field)) return 'time'
    return numberFields.has(column.field) ? 'number' : 'text'
  }
  if (known.length > 0 && known.every((value) => typeof value === 'number')) return 'number'
  if (known.length > 0 && known.every((value) => typeof value === 'boolean')) return 'boolean'
  return 'text'
}

export function testsFor(type: ValueType): TestName[] {
  switch (type) {
    case 'tag':
      return ['has']
    case 'number':
      return ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'exists', 'missing']
    case 'time':
      return ['lt', 'ge', 'exists', 'missing']
    case 'boolean':
      return ['eq', 'exists', 'missing']
    case 'text':
      return ['eq', 'ne', 'contains', 'in', 'exists', 'missing']
  }
}

/** The filter that the tree means; half-typed conditions are left out. Undefined: no condition. */
export function toFilter(
  node: FilterNode,
  typeOf: (column: string) => ValueType,
): RunFilter | undefined {
  const inner = node.kind === 'group' ? groupFilter(node, typeOf) : testFilter(node, typeOf)
  return inner && node.not ? { op: 'not', of: inner } : inner
}

function groupFilter(
  { join, of }: FilterGroup,
  typeOf: (column: string) => ValueType,
): RunFilter | undefined {
  const parts = of.flatMap((node) => toFilter(node, typeOf) ?? [])
  const [only] = parts
  if (parts.length === 1) return only
  return parts.length === 0 ? undefined : { op: join, of: parts }
}

function testFilter(
  { column: id, test, value }: FilterTest,
  typeOf: (column: string) => ValueType,
): RunFilter | undefined {
  if (test === 'has') return value === '' ? undefined : { op: 'tag', tag: value }
  const column = columnOf(id)
  if (!column) return undefined
  if (test === 'exists' || test === 'missing') {
    return { op: 'test', column, test: 'exists', value: test === 'exists' }
  }
  const type = typeOf(id)
  if (test === 'in') {
    const values = value.split(',').flatMap((part) => readValue(part, type) ?? [])
    return values.length === 0 ? undefined : { op: 'test', column, test, value: values }
  }
  const read = readValue(value, type)
  return read === undefined ? undefined : { op: 'test', column, test, value: read }
}

/** Undefined where the text is no value of this type (yet). */
export function readValue(text: string, type: ValueType): Scalar | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (type === 'boolean') return trimmed === 'true'
  if (type === 'number') {
    const percent = /^(.*\d)\s*%$/.exec(trimmed)
    const value = percent ? Number(percent[1]) / 100 : Number(trimmed)
    return Number.isNaN(value) ? undefined : value
  }
  if (type === 'time') {
    const time = new Date(`${trimmed}T00:00`).getTime()
    return Number.isNaN(time) ? undefined : time
  }
  return trimmed
}

/** The tree that shows a filter: what `toFilter` made, and any other that came with an address. */
export function toTree(filter: RunFilter | undefined): FilterGroup {
  if (!filter) return emptyGroup()
  const node = nodeOf(filter)
  return node.kind === 'group' && !node.not ? node : { ...emptyGroup(), of: [node] }
}

function nodeOf(filter: RunFilter): FilterNode {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { kind: 'group', not: false, join: filter.op, of: filter.of.map(nodeOf) }
    case 'not': {
      const inner = nodeOf(filter.of)
      return { ...inner, not: !inner.not }
    }
    case 'tag':
      return { kind: 'test', not: false, column: tagsColumn, test: 'has', value: filter.tag }
    case 'status':
      return { ...textTest('f:status'), test: 'in', value: filter.of.join(',') }
    case 'ids':
      return { ...textTest('f:id'), test: 'in', value: filter.of.join(',') }
    case 'text':
      return { ...textTest('f:name'), test: 'contains', value: filter.text }
    case 'test': {
      const column = columnId(filter.column)
      if (filter.test === 'exists') {
        const test = filter.value === false ? 'missing' : 'exists'
        return { kind: 'test', not: false, column, test, value: '' }
      }
      const isTime = filter.column.kind === 'field' && timeFields.has(filter.column.field)
      const write = (value: Scalar) => (isTime ? writeDay(Number(value)) : String(value))
      const value = Array.isArray(filter.value)
        ? filter.value.map(write).join(',')
        : write(filter.value)
      return { kind: 'test', not: false, column, test: filter.test, value }
    }
  }
}

const textTest = (column: string) => ({ kind: 'test' as const, not: false, column })

/** 2026-11-25, as date inputs want it, in local time. */
function writeDay(unixMs: number): string {
  const date = new Date(unixMs)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** How many conditions a filter has, for the button that opens it. */
export function countTests(node: FilterNode): number {
  return node.kind === 'test' ? 1 : node.of.reduce((sum, inner) => sum + countTests(inner), 0)
}

/** For addresses and saved views; undefined for anything that is no filter. */
export function parseFilter(value: unknown): RunFilter | undefined {
  const parsed = runFilter.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
