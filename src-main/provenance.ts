import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Provenance } from '../src-shared/run-record.ts'
import { layout } from './layout.ts'

/** Where a run that is made now comes from. */
export function currentProvenance(argv: string[]): Provenance {
  return {
    gitCommit: gitCommit(),
    argv,
    host: hostname(),
    appVersion: appVersion(),
    nodeVersion: process.version,
  }
}

/** Virtlab's own. Child programs of an installed app cannot know it: package.json is not beside them. */
export function appVersion(): string {
  const { version } = JSON.parse(readFileSync(join(layout.root, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/** Of Virtlab's own checkout; null in a package, or where git is missing. */
function gitCommit(): string | null {
  if (!existsSync(join(layout.root, '.git'))) return null
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: layout.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    const changes = git('status', '--porcelain', '--untracked-files=no')
    return git('rev-parse', 'HEAD') + (changes ? '+changes' : '')
  } catch {
    return null
  }
}
