import { parse } from 'yaml'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { isPlainObject } from './flatten.ts'
import { backendChoice, runConfig } from './run.ts'
import { descriptionOf, leafPaths, schemaAt, unwrap } from './schema-path.ts'
import { suggest } from './suggest.ts'

/** One `--set path=value`, checked against the run's schema; the value is written as in YAML. */
export function parseSetting(text: string): { path: string[]; value: unknown } {
  const where = `--set ${text}`
  const equals = text.indexOf('=')
  if (equals < 1) {
    throw new UserError('a setting is written path=value', {
      where,
      fix: 'For example: --set training.epochs=2',
    })
  }
  const dotted = text.slice(0, equals).trim()
  const raw = text.slice(equals + 1).trim()
  const path = dotted.split('.')
  const schema = schemaAt(runConfig, path)
  if (!schema) {
    const known = leafPaths(runConfig)
    const meant =
      suggest(dotted, known) ?? known.find((leaf) => leaf.split('.').at(-1) === path.at(-1))
    throw new UserError(`unknown setting "${dotted}"`, {
      where,
      fix: meant ? `Did you mean "${meant}"?` : 'docs/settings.md lists all settings.',
    })
  }
  if (dotted === 'training.seed') {
    throw new UserError('seeds are set for all runs', { where, fix: 'Use --seeds 1,2,3.' })
  }
  // A text that looks like a number is still a text where one is wanted.
  const value: unknown =
    unwrap(schema) instanceof z.ZodString ? raw : raw === '' ? null : (parse(raw) as unknown)
  const checked = value === null ? undefined : schema.safeParse(value, { reportInput: true })
  if (checked && !checked.success) {
    throw new UserError(z.prettifyError(checked.error).replace(/^✖ /, '').split('\n')[0] ?? '', {
      where,
      fix: descriptionOf(schema),
    })
  }
  return { path, value }
}

/** Settings and backend as one patch over a run's configuration; later settings win. */
export function overridePatch(
  settings: { path: string[]; value: unknown }[],
  backend: string | undefined,
): object {
  const patch: Record<string, unknown> = {}
  for (const { path, value } of settings) {
    let at = patch
    for (const key of path.slice(0, -1)) {
      const next = at[key]
      const inner = isPlainObject(next) ? next : {}
      at[key] = inner
      at = inner
    }
    at[path.at(-1) ?? ''] = value
  }
  if (backend !== undefined) patch['backend'] = parseBackend(backend)
  return patch
}

function parseBackend(backend: string): string {
  const parsed = backendChoice.safeParse(backend)
  if (parsed.success) return parsed.data
  const meant = suggest(backend, backendChoice.options)
  throw new UserError(`there is no backend "${backend}"`, {
    where: '--backend',
    fix: meant ? `Did you mean "${meant}"?` : `Choose ${backendChoice.options.join(', ')}.`,
  })
}
