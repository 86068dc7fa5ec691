import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { UserError } from '../../../src-shared/errors.ts'

/**
 * Reads and checks a JSON file of a model folder.
 * @throws UserError naming the file and, where a field is wrong, the field
 */
export async function readJson<T>(
  path: string,
  schema: z.ZodType<T>,
  missingFix: string,
): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError('this file is missing or cannot be read', {
      where: path,
      fix: missingFix,
      cause,
    })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new UserError(`not valid JSON: ${(cause as Error).message}`, {
      where: path,
      fix: 'copy the file again',
      cause,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path: field, message }) =>
    field.length > 0 ? `${field.join('.')}: ${message}` : message,
  )
  throw new UserError(problems.join('; '), { where: path, fix: 'correct the named fields' })
}
