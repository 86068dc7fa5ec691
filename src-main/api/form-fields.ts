import { z } from 'zod'
import { modelTypes } from '../../src-shared/config/model.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { CallOutput } from '../../src-shared/contract/index.ts'

type Field = CallOutput<'config.schema'>['fields'][number]
type JsonSchema = z.core.JSONSchema.JSONSchema

/** Settings that name a file or folder, which a form lets the user pick. */
const paths = new Set([
  'model.pretrained',
  'model.vocab',
  'data.train.path',
  'data.dev.path',
  'data.test.path',
])

const withTowers = modelTypes.filter((type) => type !== 'cross_encoder')

/** Settings that mean something with some models only. */
const onlyIf: Record<string, Field['onlyIf']> = {
  'model.pooling': { path: 'model.type', in: ['cross_encoder', 'deformer', 'dipair'] },
  'model.fusion': { path: 'model.type', in: ['virt_encoder'] },
  'model.splitLayer': { path: 'model.type', in: ['deformer', 'dipair'] },
  'model.keepX': { path: 'model.type', in: ['dipair'] },
  'model.keepY': { path: 'model.type', in: ['dipair'] },
  'model.codes': { path: 'model.type', in: ['poly_encoder'] },
  'model.codeCount': { path: 'model.type', in: ['poly_encoder'] },
  'model.score': { path: 'model.type', in: ['poly_encoder'] },
  'model.tokenSize': { path: 'model.type', in: ['colbert'] },
  'data.train': { path: 'data.dataset', in: ['files'] },
  'data.dev': { path: 'data.dataset', in: ['files'] },
  'data.test': { path: 'data.dataset', in: ['files'] },
  'data.split': { path: 'data.dataset', in: ['files'] },
  'distillation.virt': { path: 'model.type', in: withTowers },
  'distillation.dide': { path: 'model.type', in: withTowers },
}

/** Every setting of a run in the schema's order, as a form needs it. Made once; the schema does not change. */
export function formFields(): Field[] {
  fields ??= [...walk(z.toJSONSchema(runConfig, { io: 'input' }), '', true)]
  return fields
}
let fields: Field[] | undefined

function* walk(schema: JsonSchema, path: string, required: boolean): Generator<Field> {
  if (schema.properties) {
    for (const [key, property] of Object.entries(schema.properties)) {
      const isRequired = schema.required?.includes(key) ?? false
      yield* walk(property as JsonSchema, path ? `${path}.${key}` : key, isRequired)
    }
    return
  }
  const choices = choicesOf(schema)
  const condition = Object.entries(onlyIf).find(
    ([prefix]) => path === prefix || path.startsWith(`${prefix}.`),
  )?.[1]
  yield {
    path,
    section: path.split('.').slice(0, -1).join('.'),
    type: typeOf(schema, path),
    description: schema.description ?? '',
    default: schema.default ?? null,
    ...(choices ? { choices } : {}),
    ...boundsOf(schema),
    required,
    ...(condition ? { onlyIf: condition } : {}),
  }
}

function typeOf(schema: JsonSchema, path: string): Field['type'] {
  if (paths.has(path)) return 'path'
  if (schema.enum) return 'choice'
  // 'all' or a list of layers: written as a list.
  if (schema.type === 'array' || schema.anyOf?.some((option) => isType(option, 'array')))
    return 'list'
  switch (schema.type) {
    case 'integer':
    case 'number':
    case 'boolean':
    case 'object':
      return schema.type
    default:
      return 'string'
  }
}

const isType = (schema: unknown, type: string) =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === type

function choicesOf({ enum: values }: JsonSchema): (string | number)[] | undefined {
  return values?.filter((value) => typeof value === 'string' || typeof value === 'number')
}

function boundsOf(schema: JsonSchema) {
  const bounds: Partial<
    Pick<Field, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'>
  > = {}
  for (const name of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const) {
    const bound = schema[name]
    // Zod bounds every integer by what a double can count to.
    if (typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER) bounds[name] = bound
  }
  return bounds
}
