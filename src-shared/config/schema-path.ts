import { z } from 'zod'

export type Path = readonly (string | number)[]

/** The schema of a field by path, looked up through optionals, defaults and unions; undefined: no such field. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  const [key, ...rest] = path
  if (key === undefined) return schema
  const inner = unwrap(schema)
  if (inner instanceof z.ZodUnion) {
    for (const option of inner.options) {
      const found = schemaAt(option as z.ZodType, path)
      if (found) return found
    }
    return undefined
  }
  if (inner instanceof z.ZodObject) {
    const field = (inner.shape as Record<string, z.ZodType>)[key]
    return field && schemaAt(field, rest)
  }
  if (inner instanceof z.ZodArray && typeof key === 'number') {
    return schemaAt(inner.element as z.ZodType, rest)
  }
  if (inner instanceof z.ZodRecord) return schemaAt(inner.valueType as z.ZodType, rest)
  return undefined
}

/** Field names that an object schema knows at this path; empty where there is no object. */
export function fieldsAt(schema: z.ZodType, path: Path): string[] {
  const outer = schemaAt(schema, path)
  const found = outer && unwrap(outer)
  if (found instanceof z.ZodObject) return Object.keys(found.shape)
  if (found instanceof z.ZodUnion) {
    return found.options.flatMap((option) => fieldsAt(option as z.ZodType, []))
  }
  return []
}

/** Every leaf's dotted path: what `--set` can name. */
export function leafPaths(schema: z.ZodType, prefix = ''): string[] {
  const inner = unwrap(schema)
  if (!(inner instanceof z.ZodObject)) return [prefix]
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, field]) =>
    leafPaths(field, prefix ? `${prefix}.${key}` : key),
  )
}

/** What `describe` says of a field, be it said before or after its default. */
export function descriptionOf(schema: z.ZodType): string | undefined {
  return schema.description ?? unwrap(schema).description
}

/** The schema under its optionals and defaults. */
export function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap() as z.ZodType)
  }
  // What z.preprocess prepares for.
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform) {
    return unwrap(schema.out as z.ZodType)
  }
  return schema
}
