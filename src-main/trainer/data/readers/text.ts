import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { UserError } from '../../../../src-shared/errors.ts'

/** Longest line or record, in UTF-16 units: what a row may cost in memory is bounded. */
export const MAX_RECORD_LENGTH = 16 * 1024 * 1024

/** @throws UserError unless `path` is a file that can be read and has something in it. */
export async function assertReadableFile(path: string): Promise<void> {
  let size: number
  try {
    const info = await stat(path)
    if (!info.isFile()) {
      throw new UserError('this is not a file', { where: path, fix: 'name a single data file' })
    }
    size = info.size
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw unreadable(path, cause)
  }
  if (size === 0) {
    throw new UserError('the file is empty', { where: path, fix: 'check how it was written' })
  }
}

/**
 * Streams a UTF-8 file as text, without its byte order mark.
 * @throws UserError for a file that cannot be read, or naming line and byte offset of what is not UTF-8.
 */
export async function* readText(path: string): AsyncGenerator<string> {
  let pending: Buffer = Buffer.alloc(0) // a character that the last chunk cut in two
  let offset = 0 // of `pending` in the file
  let newlines = 0
  for await (const chunk of readBytes(path)) {
    const bytes = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    const end = bytes.length - incompleteTail(bytes)
    const complete = bytes.subarray(0, end)
    if (!isUtf8(complete)) {
      const at = firstInvalid(bytes)
      throw invalidUtf8(
        path,
        offset + at,
        newlines + countNewlines(bytes.subarray(0, at)) + 1,
        bytes,
      )
    }
    const text = complete.toString('utf8')
    yield offset === 0 ? text.replace(/^\uFEFF/, '') : text
    newlines += countNewlines(complete)
    offset += end
    pending = bytes.subarray(end)
  }
  if (pending.length > 0) throw invalidUtf8(path, offset, newlines + 1, pending)
}

export interface TextLine {
  line: number
  text: string
}

/** Streams a text file's lines, ended by `\n` or `\r\n` and nothing else (U+2028 is content). */
export async function* readLines(path: string): AsyncGenerator<TextLine> {
  let rest = ''
  let line = 1
  const ended = (text: string): TextLine => ({
    line: line++,
    text: text.endsWith('\r') ? text.slice(0, -1) : text,
  })
  for await (const text of readText(path)) {
    let start = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
      yield ended(rest + text.slice(start, at))
      rest = ''
      start = at + 1
    }
    rest += text.slice(start)
    if (rest.length > MAX_RECORD_LENGTH) throw tooLong(path, line)
  }
  if (rest !== '') yield ended(rest)
}

export function tooLong(path: string, line: number): UserError {
  return new UserError(`the line is longer than ${MAX_RECORD_LENGTH / 1024 / 1024} Mi characters`, {
    where: `${path}:${line}`,
    fix: 'check that this is the right format and that rows end in line breaks',
  })
}

async function* readBytes(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer // no encoding was set
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): UserError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new UserError(
    code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read: ${message}`,
    {
      where: path,
      fix:
        code === 'ENOENT'
          ? `correct the path (a relative one is taken from ${process.cwd()})`
          : 'check the path and its permissions',
      cause,
    },
  )
}

/** Bytes at the end (0 to 3) that begin a character which is not complete yet. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) {
      const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return back < width ? back : 0
    }
  }
  return 0
}

/** Offset of the first byte that is not UTF-8: prefixes are valid up to there and no further. */
function firstInvalid(bytes: Buffer): number {
  const validUntil = (length: number): number => {
    const prefix = bytes.subarray(0, length)
    return length - incompleteTail(prefix)
  }
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1
    if (isUtf8(bytes.subarray(0, validUntil(middle)))) valid = middle
    else invalid = middle
  }
  return validUntil(valid)
}

function countNewlines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

function invalidUtf8(path: string, offset: number, line: number, bytes: Buffer): UserError {
  const start = bytes.subarray(0, 2).toString('latin1')
  const fixes: Record<string, string> = {
    '\x1f\x8b': 'this looks like gzip: unpack it first',
    PK: 'this looks like a zip file or spreadsheet: unpack it, or save it as CSV in UTF-8',
    '\xff\xfe': 'this looks like UTF-16: save it as UTF-8',
    '\xfe\xff': 'this looks like UTF-16: save it as UTF-8',
  }
  const inFirstChunk = bytes.length > offset
  return new UserError(`byte ${offset} of the file is not valid UTF-8`, {
    where: `${path}:${line}`,
    fix: (inFirstChunk ? fixes[start] : undefined) ?? 'save the file as UTF-8 text',
  })
}
