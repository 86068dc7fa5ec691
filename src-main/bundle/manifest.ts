import { z } from 'zod'
import { UserError } from '../../src-shared/errors.ts'

/** A newer one is refused: what it means is not known. */
export const bundleVersion = 1

export const manifestPath = 'manifest.json'
export const databasePath = 'virtlab.db'

/** The last entry of a bundle: what is in it. */
export const manifest = z.strictObject({
  format: z.literal('virtlab-bundle'),
  version: z.literal(bundleVersion),
  /** Of the database in it (PRAGMA user_version). */
  schema: z.int().min(1),
  /** The Virtlab that made it. */
  virtlab: z.string(),
  createdAt: z.iso.datetime(),
  runs: z.array(
    z.strictObject({ id: z.string(), name: z.string(), seed: z.int(), status: z.string() }),
  ),
  suites: z.array(z.strictObject({ id: z.string(), recipe: z.string() })),
  checkpoints: z.boolean(),
  /** Every other entry. */
  entries: z.array(
    z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: z.string().length(64) }),
  ),
})

export type Manifest = z.infer<typeof manifest>

/** Throws UserError for what is no manifest, or a newer one. */
export function parseManifest(text: string, where: string): Manifest {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    throw new UserError(`${manifestPath} is no JSON`, { where, cause })
  }
  const head = z.object({ format: z.literal('virtlab-bundle'), version: z.int() }).safeParse(raw)
  if (!head.success) throw new UserError('this is no Virtlab bundle', { where })
  if (head.data.version > bundleVersion) {
    throw new UserError(
      `the bundle has version ${head.data.version}, this Virtlab knows versions up to ${bundleVersion}`,
      { where, fix: 'Use the newer Virtlab that made it.' },
    )
  }
  const whole = manifest.safeParse(raw)
  if (whole.success) return whole.data
  throw new UserError(`${manifestPath} is not as it should be: ${z.prettifyError(whole.error)}`, {
    where,
  })
}
