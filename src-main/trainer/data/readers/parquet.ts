import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from 'hyparquet'
import { UserError } from '../../../../src-shared/errors.ts'
import type { RawRow, Reader } from './reader.ts'
import { assertReadableFile } from './text.ts'

/** Rows decoded at a time, so that memory does not grow with the row groups. */
const ROWS_AT_A_TIME = 10_000

/** hyparquet brings Snappy; Node has the rest. */
const compressors: Compressors = {
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
}

/** Text as it is: a leading U+FEFF stays, and bytes that are not UTF-8 are an error, not U+FFFD. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const parsers = { stringFromBytes: (bytes: Uint8Array) => bytes && utf8.decode(bytes) }

/** Apache Parquet with flat columns, as Hugging Face datasets are published. */
export const openParquet: Reader = async (path) => {
  await assertReadableFile(path)
  const file = await asyncBufferFromFile(path)
  const { metadata, columns } = await asUserError(path, async () => {
    const metadata = await parquetMetadataAsync(file)
    // A damaged footer can leave a column without its name.
    const columns = parquetSchema(metadata).children.map(({ element }) => String(element.name))
    return { metadata, columns }
  })
  const names = classLabels(metadata)
  return {
    columns,
    rows: (wanted) => rows(path, file, metadata, wanted ?? columns),
    classNames: (column) => names.get(column),
  }
}

async function* rows(
  path: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
): AsyncGenerator<RawRow> {
  const total = Number(metadata.num_rows)
  for (let rowStart = 0; rowStart < total; rowStart += ROWS_AT_A_TIME) {
    const rowEnd = Math.min(rowStart + ROWS_AT_A_TIME, total)
    const chunk = await asUserError(path, () =>
      parquetReadObjects({
        file,
        metadata,
        columns: [...columns],
        rowStart,
        rowEnd,
        compressors,
        parsers,
      }),
    )
    if (chunk.length !== rowEnd - rowStart) {
      throw new UserError(`the Parquet file says ${total} rows and ends after fewer`, {
        where: `${path}:${rowStart + chunk.length + 1}`,
        fix: 'check that the download is complete',
      })
    }
    for (const [i, cells] of chunk.entries()) yield { line: rowStart + i + 1, cells }
  }
}

async function asUserError<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new UserError(
      `the Parquet file is damaged or not supported (${(cause as Error).message})`,
      {
        where: path,
        fix: 'check that the download is complete, or write it again with Snappy compression',
        cause,
      },
    )
  }
}

/** Class names by column, from what Hugging Face datasets note in the file's metadata. */
function classLabels(metadata: FileMetaData): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const note = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  if (note === undefined) return found
  let features: Record<string, { _type?: unknown; names?: unknown } | undefined> | undefined
  try {
    features = (JSON.parse(note) as { info?: { features?: typeof features } }).info?.features
  } catch {
    return found // a note that is not JSON only costs the names
  }
  for (const [column, feature] of Object.entries(features ?? {})) {
    if (feature?._type !== 'ClassLabel' || !Array.isArray(feature.names)) continue
    found.set(column, feature.names.map(String))
  }
  return found
}
