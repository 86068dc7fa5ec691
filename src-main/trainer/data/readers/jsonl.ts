import { UserError } from '../../../../src-shared/errors.ts'
import type { RawRow, Reader } from './reader.ts'
import { assertReadableFile, readLines } from './text.ts'

/** JSON Lines: one object (or array of cells) a line, as SuperGLUE and CLUE have it. */
export const openJsonl: Reader = async (path) => {
  await assertReadableFile(path)
  return { columns: undefined, rows: () => rows(path), classNames: () => undefined }
}

async function* rows(path: string): AsyncGenerator<RawRow> {
  for await (const { line, text } of readLines(path)) {
    if (text.trim() === '') yield { line, cells: undefined }
    else yield { line, cells: parseRow(text, path, line) }
  }
}

function parseRow(text: string, path: string, line: number): NonNullable<RawRow['cells']> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const { message } = cause as SyntaxError
    const position = / at position (\d+)/.exec(message)?.[1]
    const column = position === undefined ? '' : ` (column ${Number(position) + 1})`
    throw new UserError(`broken JSON${column}: ${message.replace(/ in JSON at position.*$/, '')}`, {
      where: `${path}:${line}`,
      fix: wholeFile(text, line) ?? 'mend the line; every line has to be one JSON object',
      cause,
    })
  }
  const isTable = Array.isArray(value) && value.some((cell) => typeof cell === 'object' && cell)
  if (typeof value !== 'object' || value === null || isTable) {
    throw new UserError('the line is not one JSON object', {
      where: `${path}:${line}`,
      fix: wholeFile(text, line) ?? 'every line has to be one JSON object, e.g. {"premise": …}',
    })
  }
  return value as NonNullable<RawRow['cells']> // an object or an array: checked above
}

/** Says how to mend the commonest mistake: the whole file is one JSON value. */
function wholeFile(text: string, line: number): string | undefined {
  if (line !== 1 || !/^\s*[[{]\s*($|[[{])/.test(text)) return undefined
  return 'the file seems to be one JSON value; write one object a line, e.g. with jq -c ".[]"'
}
