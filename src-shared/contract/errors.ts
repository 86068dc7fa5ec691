import { z } from 'zod'

/**
 * How a call fails. `invalid`: the input does not fit the call's schema (a defect of the caller);
 * `user`: something the user can mend, as UserError; `defect`: a mistake of the core.
 */
export const apiError = z.strictObject({
  code: z.enum(['invalid', 'user', 'not_found', 'unavailable', 'unauthorized', 'defect']),
  message: z.string(),
  where: z.string().optional(),
  fix: z.string().optional(),
})

export type ApiErrorData = z.infer<typeof apiError>

/** The same as something to throw; transports on both sides make one from the data. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorData['code']
  readonly where: string | undefined
  readonly fix: string | undefined

  constructor({ code, message, where, fix }: ApiErrorData) {
    super(message)
    this.code = code
    this.where = where
    this.fix = fix
  }

  toData(): ApiErrorData {
    const { code, message, where, fix } = this
    return {
      code,
      message,
      ...(where === undefined ? {} : { where }),
      ...(fix === undefined ? {} : { fix }),
    }
  }
}
