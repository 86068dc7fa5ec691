import { readFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { explainIssues } from '../../src-shared/config/explain-issues.ts'
import { isPlainObject } from '../../src-shared/config/flatten.ts'
import { readRecipeSource } from '../../src-shared/config/recipe-source.ts'
import { UserError } from '../../src-shared/errors.ts'
import { tableRecipe, type TableRecipe } from '../../src-shared/tables/recipe.ts'

/** Reads a table recipe (YAML or JSON). Throws UserError with file, line and column for what is wrong in it. */
export function loadTableRecipe(file: string): TableRecipe {
  try {
    return parseTableRecipe(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
    if (code === undefined) throw cause
    throw new UserError(`the table recipe cannot be read: ${code}`, { where: file, cause })
  }
}

/** @param file what errors call the text */
export function parseTableRecipe(text: string, file: string): TableRecipe {
  const source = readRecipeSource(text, file)
  const parsed = tableRecipe.safeParse(source.value ?? {}, { reportInput: true })
  if (parsed.success) return parsed.data
  // A misspelt key explains the one that is missing.
  const problems = explainIssues(tableRecipe, parsed.error)
  const [first, ...others] = problems.toSorted((a, b) => +b.unknownKey - +a.unknownKey)
  if (!first) throw parsed.error
  const path = first.path.join('.')
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  throw new UserError(`${path ? `${path}: ` : ''}${first.message}${more}`, {
    where: source.locate(first.path),
    fix: first.fix ?? 'docs/tables.md lists what a table recipe can say.',
  })
}

/** The recipe as text that reads back as the same, without what is so anyway. */
export function tableRecipeToYaml(recipe: TableRecipe): string {
  return stringify(written(recipe), { aliasDuplicateObjects: false, lineWidth: 100 })
}

function written(recipe: TableRecipe): Record<string, unknown> {
  const usual = tableRecipe.parse({ name: recipe.name }) as Record<string, unknown>
  const shorten = (value: unknown): unknown => {
    const [only, ...others] = isPlainObject(value)
      ? Object.entries(value).filter(([key, own]) => !(key === 'optional' && own === false))
      : []
    return only && others.length === 0 ? only[1] : value
  }
  return Object.fromEntries(
    Object.entries(recipe)
      .filter(([key, value]) => key === 'name' || !isEqual(value, usual[key]))
      .map(([key, value]: [string, unknown]) => {
        const base = usual[key]
        if (Array.isArray(value)) return [key, value.map(shorten)]
        return [key, isPlainObject(value) && isPlainObject(base) ? difference(value, base) : value]
      }),
  )
}

const difference = (value: Record<string, unknown>, base: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([key, own]) => !isEqual(own, base[key])))

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
