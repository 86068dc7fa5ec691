import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../../src-shared/errors.ts'
import type { Exporter } from '../export/table.ts'

type Pieces = ReturnType<Exporter['render']>

/** Writes to `out`, or to the terminal where there is none. A file appears whole or not at all. */
export async function writeOut(
  { format, mimeType }: Pick<Exporter, 'format' | 'mimeType'>,
  content: Pieces,
  out: string | undefined,
): Promise<void> {
  if (out === undefined) {
    if (process.stdout.isTTY && !/^text|json|tex/.test(mimeType)) {
      throw new UserError(`a terminal cannot show ${format}`, { fix: 'Add --out FILE.' })
    }
    await pipeline(Readable.from(content), process.stdout, { end: false })
    return
  }
  const unfinished = `${out}.unfinished`
  try {
    await pipeline(Readable.from(content), createWriteStream(unfinished))
    await rename(unfinished, out)
  } catch (cause) {
    await rm(unfinished, { force: true })
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new UserError(`the file cannot be written: ${cause.message}`, {
      where: `--out ${out}`,
      fix: 'Choose a file in a folder that exists and that you may write in.',
      cause,
    })
  }
}
