import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../../../../src-shared/errors.ts'
import type { Matcher } from '../matcher.ts'

/** Writes a trained model for other programs. */
export interface ModelExporter {
  summary: string
  /** @returns the names of the files in `out`, which is new or empty. */
  write(matcher: Matcher, out: string): Promise<string[]>
}

/** A folder that appears whole or not at all. */
export async function wholeFolder(
  out: string,
  write: (unfinished: string) => Promise<void>,
): Promise<string[]> {
  if (existsSync(out) && readdirSync(out).length > 0) {
    throw new UserError('there is something in this folder already', {
      where: out,
      fix: 'Choose another --out, or empty the folder.',
    })
  }
  const unfinished = `${out}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(dirname(out), { recursive: true })
  await mkdir(unfinished)
  try {
    await write(unfinished)
    if (existsSync(out)) await rmdir(out)
    await rename(unfinished, out)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  return (await readdir(out)).sort()
}
