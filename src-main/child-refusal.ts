import { z } from 'zod'
import { UserError } from '../src-shared/errors.ts'

/** How a child program says that it cannot do what it was asked for: an error on its way to another process. */
export const childRefusal = z.strictObject({
  kind: z.literal('refused'),
  message: z.string(),
  where: z.string().optional(),
  fix: z.string().optional(),
  /** Whether the user can mend it. */
  user: z.boolean(),
})
export type ChildRefusal = z.infer<typeof childRefusal>

/** The child's side. What the user cannot mend is also printed on stderr, with its stack. */
export function refusalOf(error: unknown): ChildRefusal {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof UserError)) {
    console.error(error)
    return { kind: 'refused', message, user: false }
  }
  return { kind: 'refused', message, user: true, ...placeOf(error) }
}

/** The parent's side: the error as it was thrown, but for its stack. */
export function errorOf({ message, user, ...place }: Omit<ChildRefusal, 'kind'>): Error {
  return user ? new UserError(message, placeOf(place)) : new Error(message)
}

const placeOf = ({ where, fix }: { where?: string | undefined; fix?: string | undefined }) => ({
  ...(where === undefined ? {} : { where }),
  ...(fix === undefined ? {} : { fix }),
})
