import { UserError } from '../../../src-shared/errors.ts'
import { formatOf, readers } from '../data/readers/index.ts'
import type { RawCells } from '../data/readers/reader.ts'
import { assertReadableFile, readLines } from '../data/readers/text.ts'

export interface TextFile {
  path: string
  textColumn?: string | undefined
  idColumn?: string | undefined
}

export interface IdText {
  id: string
  text: string
}

const textNames = ['text', 'y', 'sentence', 'candidate', 'passage', 'query', 'x']

/**
 * Streams a corpus or a list of queries. txt: a text a line. tsv, csv: with a header line that names the text's
 * column, or without one: texts, or ids and texts. jsonl, parquet: by column. Without ids, rows are numbered from 1.
 * @throws UserError naming file and line
 */
export async function* readTexts({ path, textColumn, idColumn }: TextFile): AsyncGenerator<IdText> {
  if (/\.txt$/i.test(path)) {
    await assertReadableFile(path)
    let count = 0
    for await (const { text } of readLines(path)) {
      if (text.trim() !== '') yield { id: String(++count), text }
    }
    return
  }
  const table = await readers[formatOf({ path, format: 'auto' })](path)
  let columns: { text: string | number; id: string | number | undefined } | undefined
  let count = 0
  for await (const { line, cells } of table.rows()) {
    if (!cells) continue
    const where = `${path}:${line}`
    if (!columns) {
      const names = isList(cells) ? cells.map(String) : Object.keys(cells)
      const byName = named(names, textColumn, idColumn)
      if (isList(cells)) {
        if (byName) {
          columns = {
            text: names.indexOf(byName.text),
            id: byName.id === undefined ? undefined : names.indexOf(byName.id),
          }
          continue
        }
        const positions = { 1: { text: 0, id: undefined }, 2: { text: 1, id: 0 } } as const
        columns = textColumn === undefined ? positions[names.length as 1 | 2] : undefined
      } else columns = byName
      if (!columns) throw unknownColumn(where, names, textColumn)
    }
    const text = cellOf(cells, columns.text)
    if (typeof text !== 'string' || text.trim() === '') {
      throw new UserError('there is no text in this row', {
        where,
        fix: 'fill it in, or take the row out',
      })
    }
    count++
    const id = columns.id === undefined ? count : cellOf(cells, columns.id)
    yield { id: String(id), text }
  }
}

function named(names: string[], text: string | undefined, id: string | undefined) {
  const found = text === undefined ? textNames.find((name) => names.includes(name)) : text
  if (found === undefined || !names.includes(found)) return undefined
  const ids = id ?? 'id'
  if (id !== undefined && !names.includes(id)) return undefined
  return { text: found, id: names.includes(ids) ? ids : undefined }
}

const isList = (cells: RawCells): cells is readonly unknown[] => Array.isArray(cells)

const cellOf = (cells: RawCells, column: string | number): unknown =>
  (cells as Record<string | number, unknown>)[column] // an array's positions are keys as well

function unknownColumn(where: string, names: string[], wanted: string | undefined): UserError {
  return new UserError(
    wanted === undefined
      ? 'it cannot be told which column holds the text'
      : `there is no column "${wanted}", or not the ids’`,
    {
      where,
      fix: `Name it with --text-column and --id-column; here are: ${names.slice(0, 12).join(', ')}.`,
    },
  )
}
