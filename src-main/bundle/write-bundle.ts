import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { UserError } from '../../src-shared/errors.ts'
import { hashStream } from './hash-stream.ts'
import { manifestPath, type Manifest } from './manifest.ts'

export interface BundleEntry {
  /** In the bundle. */
  path: string
  /** On the disk. */
  file: string
  /** Weights do not get smaller; a database does. */
  compress: boolean
}

/**
 * Writes a zip file piece by piece; it appears whole or not at all. The manifest comes last: it has the sha256
 * of what was written before it.
 *
 * @returns the file's size
 */
export async function writeBundle(
  out: string,
  entries: readonly BundleEntry[],
  head: Omit<Manifest, 'entries'>,
  progress?: (done: number, total: number) => void,
): Promise<number> {
  const sizes = await Promise.all(entries.map(async ({ file }) => (await stat(file)).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let done = 0
  const written: Manifest['entries'] = []
  const zip = new ZipFile()
  const unfinished = `${out}.unfinished`
  const fail = (error: Error) => (zip.outputStream as Readable).destroy(error)
  // yazl asks for one entry after the other, so that the manifest is made when all hashes are known.
  entries.forEach(({ path, file, compress }, i) => {
    zip.addReadStreamLazy(path, { compress, size: sizes[i] ?? 0 }, (give) => {
      const { stream, result } = hashStream()
      const source = createReadStream(file, { highWaterMark: 1 << 20 })
      source.on('error', fail)
      source.on('data', (chunk) => progress?.((done += chunk.length), total))
      stream.on('end', () => written.push({ path, ...result() }))
      give(null, source.pipe(stream))
    })
  })
  zip.addReadStreamLazy(manifestPath, {}, (give) => {
    give(null, Readable.from([JSON.stringify({ ...head, entries: written }, null, 2)]))
  })
  zip.on('error', fail)
  zip.end()
  try {
    await pipeline(zip.outputStream, createWriteStream(unfinished))
    const { size } = await stat(unfinished)
    await rename(unfinished, out)
    return size
  } catch (cause) {
    await rm(unfinished, { force: true })
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new UserError(`the bundle cannot be written: ${cause.message}`, {
      where: out,
      fix: 'Choose a file in a folder that exists, that you may write in and that has room.',
      cause,
    })
  }
}
