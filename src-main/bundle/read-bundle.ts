import { createWriteStream, mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { UserError } from '../../src-shared/errors.ts'
import { hashStream } from './hash-stream.ts'
import { databasePath, manifestPath, parseManifest, type Manifest } from './manifest.ts'

/** What a bundle can be at most; whatever is larger was made to fill a disk. */
const limits = {
  entries: 100_000,
  manifestBytes: 64 * 2 ** 20,
  /** Unpacked by packed: a database packs to a tenth, never to so little. */
  ratio: 200,
  /** Below this size the ratio does not matter. */
  smallBytes: 16 * 2 ** 20,
}

const allowed = /^(virtlab\.db|runs\/[a-z0-9]{4,32}\/checkpoints\/[\w-][\w.-]*\/[\w-][\w.-]*)$/

/**
 * Unpacks a bundle into a folder. Every entry is one that a bundle has, no larger than it says, and has the
 * sha256 that the manifest tells.
 *
 * @throws UserError for everything else; what was unpacked by then is the caller's to remove
 */
export async function readBundle(
  path: string,
  folder: string,
  progress?: (done: number, total: number) => void,
): Promise<Manifest> {
  const damaged = (reason: string, cause?: unknown) =>
    new UserError(`the bundle is damaged: ${reason}`, {
      where: path,
      fix: 'Get it again from where it was made.',
      cause,
    })
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, { autoClose: false, lazyEntries: true, strictFileNames: true })
    const entries = await listEntries(zip, damaged)
    const manifest = await readManifest(zip, entries, path)
    const total = [...entries.values()].reduce((sum, entry) => sum + entry.uncompressedSize, 0)
    await assertRoom(folder, total, path)
    const told = new Map(manifest.entries.map((entry) => [entry.path, entry]))
    if (told.size !== manifest.entries.length) throw damaged('an entry is listed twice')
    let done = 0
    for (const [name, entry] of entries) {
      if (name === manifestPath) continue
      const wanted = told.get(name)
      if (!wanted) throw damaged(`${name} is not in its list`)
      if (wanted.bytes !== entry.uncompressedSize) throw damaged(`${name} has another size`)
      told.delete(name)
      const to = join(folder, name)
      mkdirSync(dirname(to), { recursive: true })
      const { stream, result } = hashStream()
      const source = await zip.openReadStreamPromise(entry)
      source.on('data', (chunk: Buffer) => progress?.((done += chunk.length), total))
      await pipeline(source, stream, createWriteStream(to, { flags: 'wx' }))
      const found = result()
      if (found.sha256 !== wanted.sha256 || found.bytes !== wanted.bytes) {
        throw damaged(`${name} is not what was packed (its sha256 differs)`)
      }
    }
    const [missing] = told.keys()
    if (missing !== undefined) throw damaged(`${missing} is missing`)
    return manifest
  } catch (error) {
    if (error instanceof UserError) throw error
    // Whatever a library says of a file that is no proper zip.
    throw damaged(error instanceof Error ? error.message : String(error), error)
  } finally {
    zip?.close()
  }
}

async function listEntries(
  zip: ZipFile,
  damaged: (reason: string) => UserError,
): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) throw damaged(`it has ${zip.entryCount} entries`)
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    const { fileName, compressedSize, uncompressedSize } = entry
    if (fileName !== manifestPath && !allowed.test(fileName)) {
      throw damaged(`it has an entry ${JSON.stringify(fileName.slice(0, 200))}`)
    }
    if (entries.has(fileName)) throw damaged(`${fileName} is there twice`)
    if (entry.isEncrypted()) throw damaged(`${fileName} is encrypted`)
    if (uncompressedSize > limits.smallBytes && uncompressedSize > limits.ratio * compressedSize) {
      throw damaged(`${fileName} would unpack to ${uncompressedSize} bytes`)
    }
    entries.set(fileName, entry)
  }
  if (!entries.has(databasePath)) throw damaged(`${databasePath} is missing`)
  return entries
}

async function readManifest(
  zip: ZipFile,
  entries: Map<string, Entry>,
  path: string,
): Promise<Manifest> {
  const entry = entries.get(manifestPath)
  if (!entry) throw new UserError('this is no Virtlab bundle: it has no manifest', { where: path })
  if (entry.uncompressedSize > limits.manifestBytes) {
    throw new UserError(`its manifest has ${entry.uncompressedSize} bytes`, { where: path })
  }
  return parseManifest(await text(await zip.openReadStreamPromise(entry)), path)
}

async function assertRoom(folder: string, bytes: number, path: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  // The rows are written once more, into the database.
  const wanted = 2 * bytes
  if (bavail * bsize >= wanted) return
  throw new UserError(`unpacking it takes ${Math.ceil(wanted / 2 ** 20)} MiB, the disk has less`, {
    where: path,
    fix: 'Free some space.',
  })
}
