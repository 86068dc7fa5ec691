import { extname } from 'node:path'
import type { DataSource } from '../../../../src-shared/config/data.ts'
import { UserError } from '../../../../src-shared/errors.ts'
import { openCsv } from './csv.ts'
import { openJsonl } from './jsonl.ts'
import { openParquet } from './parquet.ts'
import type { Reader } from './reader.ts'
import { openTsv } from './tsv.ts'

export type FileFormat = Exclude<DataSource['format'], 'auto'>

export const readers: Record<FileFormat, Reader> = {
  tsv: openTsv,
  csv: openCsv,
  jsonl: openJsonl,
  parquet: openParquet,
}

const extensions: Record<string, FileFormat> = {
  '.tsv': 'tsv',
  '.txt': 'tsv',
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl', // CLUE's files are JSON Lines of this name
  '.parquet': 'parquet',
}

/** @throws UserError where the name does not tell. */
export function formatOf({ path, format }: Pick<DataSource, 'path' | 'format'>): FileFormat {
  if (format !== 'auto') return format
  const told = extensions[extname(path).toLowerCase()]
  if (told) return told
  throw new UserError('the file name does not tell its format', {
    where: path,
    fix: `set format to one of ${Object.keys(readers).join(', ')} (known endings: ${Object.keys(extensions).join(', ')})`,
  })
}
