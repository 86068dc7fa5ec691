import { z } from 'zod'
import { runConfig } from './run.ts'

/** A setting of a run as its schema has it. */
export interface SettingDescription {
  /** What `--set` and a recipe call it. */
  path: string
  /** `number ≥ 0`, `"a" or "b"`, `list of integer` … */
  type: string
  /** As it is written in a recipe; undefined: none, or required. */
  default: string | undefined
  required: boolean
  description: string
}

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Every setting, in the schema's order. */
export function describeSettings(): SettingDescription[] {
  return [...walk(z.toJSONSchema(runConfig, { io: 'input' }), '', true)]
}

function* walk(schema: JsonSchema, path: string, required: boolean): Generator<SettingDescription> {
  if (schema.properties) {
    for (const [key, property] of Object.entries(schema.properties)) {
      const inner = property as JsonSchema
      yield* walk(inner, path ? `${path}.${key}` : key, schema.required?.includes(key) ?? false)
    }
    return
  }
  yield {
    path,
    type: typeOf(schema),
    default: schema.default === undefined ? undefined : JSON.stringify(schema.default),
    required,
    description: schema.description ?? '',
  }
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (schema.anyOf) return schema.anyOf.map((option) => typeOf(option)).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf(schema.items as JsonSchema)}`
  return `${String(schema.type)}${boundsOf(schema)}`
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  // Zod bounds every integer by what a double can count to.
  const real = (bound: number | boolean | undefined) =>
    typeof bound !== 'number' || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound
  const bounds = [
    ['≥', real(minimum)],
    ['>', real(exclusiveMinimum)],
    ['≤', real(maximum)],
    ['<', real(exclusiveMaximum)],
  ].filter(([, bound]) => bound !== undefined)
  return bounds.map(([sign, bound]) => ` ${sign} ${bound}`).join(',')
}
