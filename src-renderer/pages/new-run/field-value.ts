import { isPlainObject } from '@shared/config/flatten.ts'
import type { FormField } from './form-fields.ts'

type JsonSchema = Record<string, unknown>

/** The part of a configuration's JSON Schema that describes one setting. */
export function schemaOf(schema: JsonSchema, path: string): JsonSchema {
  let node: unknown = schema
  for (const key of path.split('.')) {
    const properties = isPlainObject(node) ? node['properties'] : undefined
    node = isPlainObject(properties) ? properties[key] : undefined
  }
  return isPlainObject(node) ? node : {}
}

/** A list as one types it: `1, 2, 6`, `all`, `4`, `entailment, neutral`. */
export function writeList(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : plain(value)
}

/** A setting that is one word, number or flag as text; empty for anything else. */
export function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : ''
}

/**
 * Reads it back by what the schema allows: numbers where its items are numbers, a single word or number
 * where that is one of the alternatives (`all`, `last 4`, a count). What fits nothing is given as it is typed, for
 * the check to name.
 */
export function readList(text: string, schema: JsonSchema): unknown {
  const parts = text.split(/[,，、]/).map((part) => part.trim())
  const items = parts.filter((part) => part !== '')
  if (items.length === 0) return undefined
  const options = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isPlainObject) : [schema]
  const [first = ''] = items
  if (items.length === 1 && parts.length === 1) {
    if (options.some((option) => option['const'] === first || matches(option, first))) return first
    const takesNumber = options.some(({ type }) => type === 'integer' || type === 'number')
    if (takesNumber && isNumber(first)) return Number(first)
  }
  const list = options.find(({ type }) => type === 'array')
  const itemType = isPlainObject(list?.['items']) ? list['items']['type'] : undefined
  const numeric = itemType === 'integer' || itemType === 'number'
  return numeric ? items.map((item) => (isNumber(item) ? Number(item) : item)) : items
}

const matches = ({ pattern }: JsonSchema, text: string) =>
  typeof pattern === 'string' && new RegExp(pattern).test(text)
const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text))

/** What the arrow keys go by: a tenth of the usual value's size, 1 for whole numbers. */
export function stepOf({ type, default: usual }: FormField): number {
  if (type === 'integer' || typeof usual !== 'number' || usual === 0)
    return type === 'integer' ? 1 : 0.05
  return 10 ** Math.floor(Math.log10(usual) - (usual >= 1 ? 0 : 0.01))
}

/** "0 … 0.9", "> 0": what the schema allows. */
export function rangeOf(field: FormField): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = field
  if (minimum !== undefined && maximum !== undefined) return `${minimum} … ${maximum}`
  const parts = [
    minimum === undefined ? undefined : `≥ ${minimum}`,
    exclusiveMinimum === undefined ? undefined : `> ${exclusiveMinimum}`,
    maximum === undefined ? undefined : `≤ ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `< ${exclusiveMaximum}`,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}
