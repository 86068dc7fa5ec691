import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import type { Settings } from '../../../src-shared/contract/settings.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { Shell } from '../shell.ts'

/** Where the served app may look: the home folder, and what the user has allowed in the settings. */
export function rootsOf({ folders }: Pick<Settings, 'folders'>): { name: string; path: string }[] {
  const home = homedir()
  return [home, ...folders].map((path) => ({
    name: path === home ? '~' : basename(path) || path,
    path,
  }))
}

/**
 * The path with its links followed. Throws UserError where it leads out of the roots: a page in a browser
 * must not read a machine's every file, even with the right token. In the window the user has picked the
 * file in a native dialog, so there any path will do.
 */
export function assertReadable(
  path: string,
  shell: Shell,
  settings: Pick<Settings, 'folders'>,
): string {
  const real = realPath(path)
  if (shell.kind === 'window') return real
  if (rootsOf(settings).some((root) => isInside(realPath(root.path), real))) return real
  throw new UserError('this lies outside the folders that the served app may look into', {
    where: path,
    fix: 'Add its folder in Settings → Folders, or move the file into your home folder.',
  })
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path)
}

/** Of what does not exist: the real folder around it, and the rest as it is. */
function realPath(path: string): string {
  const whole = resolve(path)
  try {
    return realpathSync(whole)
  } catch {
    const parent = dirname(whole)
    return parent === whole ? whole : resolve(realPath(parent), basename(whole))
  }
}
