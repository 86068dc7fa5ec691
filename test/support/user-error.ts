import { UserError } from '../../src-shared/errors.ts'

/** What the user is told; throws where nothing is refused, or something else is wrong. */
export function userErrorOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return error.explain()
    throw error
  }
  throw new Error('nothing was refused')
}
