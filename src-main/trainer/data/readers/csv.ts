import { Readable, pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { UserError } from '../../../../src-shared/errors.ts'
import type { RawRow, Reader } from './reader.ts'
import { MAX_RECORD_LENGTH, assertReadableFile, readText, tooLong } from './text.ts'

/**
 * Quoted text (RFC 4180): a field in `"` may hold separators, line breaks and `""`. The separator
 * is a comma, semicolon or tab, whichever the first line has most of.
 */
export const openCsv: Reader = async (path) => {
  await assertReadableFile(path)
  return { columns: undefined, rows: () => rows(path), classNames: () => undefined }
}

async function* rows(path: string): AsyncGenerator<RawRow> {
  const text = readText(path)
  const start = await text.next()
  if (start.done) return
  // Kept where the parser makes a row: it runs ahead of the rows read, and so does its error.
  let line = 1
  const startLines: number[] = []
  const parser = parse({
    delimiter: separatorOf(start.value),
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true, // judged by the caller, who knows the layout
    max_record_size: MAX_RECORD_LENGTH,
    on_record: (record, { lines }) => {
      startLines.push(line)
      line = lines + 1
      return record
    },
  })
  const whole = (async function* () {
    yield start.value
    yield* text
  })()
  // The callback sees the same error that the loop below throws, or that the loop was left early.
  pipeline(Readable.from(whole), parser, () => undefined)
  try {
    for await (const record of parser) {
      const cells = record as string[] // without `columns`, a record is its cells
      const blank = cells.length === 1 && (cells[0] ?? '').trim() === ''
      yield { line: startLines.shift() ?? line, cells: blank ? undefined : cells }
    }
  } catch (cause) {
    throw cause instanceof CsvError ? explain(cause, path, line) : cause
  }
}

function separatorOf(text: string): string {
  const firstLine = (text.split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const count = (separator: string): number => firstLine.split(separator).length
  return [',', '\t', ';'].reduce((best, next) => (count(next) > count(best) ? next : best))
}

function explain(error: CsvError, path: string, line: number): UserError {
  if (error.code === 'CSV_MAX_RECORD_SIZE') return tooLong(path, line)
  const messages: Partial<Record<CsvError['code'], string>> = {
    CSV_QUOTE_NOT_CLOSED: 'a quoted field of the row that starts here is never closed',
    CSV_INVALID_CLOSING_QUOTE:
      'in the row that starts here, a quoted field goes on after its closing quote',
    INVALID_OPENING_QUOTE:
      'in the row that starts here, a quote stands inside a field that does not begin with one',
  }
  return new UserError(messages[error.code] ?? error.message, {
    where: `${path}:${line}`,
    fix: 'mend the quoting ("" stands for a quote inside quotes); for tab-separated text without quoting set format: tsv',
    cause: error,
  })
}
