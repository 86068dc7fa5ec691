import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../../src-shared/errors.ts'
import { isProcessAlive } from '../../is-process-alive.ts'

/**
 * Keeps a folder to this process while `work` lasts: a command that was killed may leave the process behind that it
 * worked in. What a dead process held is free.
 * @throws UserError where another process holds it
 */
export async function holdFolder<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dir, 'encoding.pid')
  const holder = Number(await readFile(path, 'utf8').catch(() => ''))
  if (holder > 0 && holder !== process.pid && isProcessAlive(holder)) {
    throw new UserError(`process ${holder} encodes into this folder now`, {
      where: dir,
      fix: `Wait for it, or end it; if it is something else, delete ${path}.`,
    })
  }
  await mkdir(dir, { recursive: true })
  await writeFile(path, String(process.pid))
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}
