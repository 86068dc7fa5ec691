import type { z } from 'zod'
import { descriptionOf, fieldsAt, schemaAt, type Path } from './schema-path.ts'
import { suggest } from './suggest.ts'

/** One thing that is wrong with a configuration, in a user's words. */
export interface ConfigProblem {
  path: Path
  message: string
  fix: string | undefined
  /** True when the path's last part is a key that should not be there. */
  unknownKey: boolean
}

/** Zod's issues about `value` as problems: unknown keys with what was probably meant, one a key. */
export function explainIssues(schema: z.ZodType, error: z.ZodError): ConfigProblem[] {
  return error.issues.flatMap((issue) => explain(schema, issue))
}

function explain(schema: z.ZodType, issue: z.core.$ZodIssue): ConfigProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown setting "${key}"`,
        fix: knownFields(key, fieldsAt(schema, path)),
        unknownKey: true,
      }))
    case 'invalid_value': {
      const values = issue.values.map(String)
      const given = typeof issue.input === 'string' ? issue.input : undefined
      const meant = given === undefined ? undefined : suggest(given, values)
      return [
        {
          path,
          message: `${quote(issue.input)} is not one of ${values.join(', ')}`,
          fix: meant && `Did you mean "${meant}"?`,
          unknownKey: false,
        },
      ]
    }
    case 'invalid_type': {
      const missing = issue.input === undefined
      const field = schemaAt(schema, path)
      const described = field && descriptionOf(field)
      return [
        {
          path,
          message: missing
            ? `"${String(path.at(-1))}" is missing (${issue.expected}${described ? `: ${described}` : ''})`
            : `${quote(issue.input)} should be ${article(issue.expected)}`,
          fix: undefined,
          unknownKey: false,
        },
      ]
    }
    case 'invalid_union': {
      const tried = issue.errors.flat()
      const values = tried.flatMap((option) =>
        option.code === 'invalid_value' ? option.values.map(String) : [],
      )
      const others = tried.flatMap((option) =>
        option.code === 'invalid_type' ? [article(option.expected)] : [],
      )
      return [
        {
          path,
          message: `${quote(issue.input)} should be ${[...values, ...new Set(others)].join(' or ')}`,
          fix: undefined,
          unknownKey: false,
        },
      ]
    }
    default:
      return [
        {
          path,
          message: `${quote(issue.input)}: ${issue.message}`,
          fix: undefined,
          unknownKey: false,
        },
      ]
  }
}

/** "Did you mean …", or what there is. */
export function knownFields(key: string, fields: string[]): string | undefined {
  const meant = suggest(key, fields)
  if (meant) return `Did you mean "${meant}"?`
  return fields.length > 0 ? `Known settings here: ${fields.join(', ')}.` : undefined
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function article(expected: string): string {
  if (expected === 'int') return 'a whole number'
  if (expected === 'record') return 'a mapping'
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`
}
