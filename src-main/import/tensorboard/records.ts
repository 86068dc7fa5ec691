import { open, type FileHandle } from 'node:fs/promises'
import { maskedCrc32c } from './crc32c.ts'

/** No event is larger; a length above it is a broken file's. */
const maxRecordBytes = 256 * 2 ** 20

export interface RecordProblems {
  /** The record's checksum is wrong; the file goes on behind it where its length can be trusted. */
  broken(): void
  /** The file ends within a record, as that of a program does that still writes or was killed. */
  cutOff(): void
}

/**
 * The records of a TFRecord file: uint64 length, uint32 masked crc32c of the length, the bytes, uint32 masked
 * crc32c of the bytes, all little-endian (tensorflow/core/lib/io/record_writer.cc).
 */
export async function* readRecords(
  path: string,
  problems: RecordProblems,
  progress?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  const reader = createReader(file)
  try {
    for (;;) {
      const head = await reader.read(12)
      if (head.length === 0) return
      if (head.length < 12) return problems.cutOff()
      // Without a length that can be trusted the next record cannot be found.
      if (head.readUInt32LE(8) !== maskedCrc32c(head.subarray(0, 8))) return problems.broken()
      const length = Number(head.readBigUInt64LE(0))
      if (length > maxRecordBytes) return problems.broken()
      const body = await reader.read(length + 4)
      if (body.length < length + 4) return problems.cutOff()
      progress?.(12 + length + 4)
      const data = body.subarray(0, length)
      if (body.readUInt32LE(length) === maskedCrc32c(data)) yield data
      else problems.broken()
    }
  } finally {
    await file.close()
  }
}

/** A record around these bytes. */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(data.length + 16)
  record.writeBigUInt64LE(BigInt(data.length), 0)
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8)
  record.set(data, 12)
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length)
  return record
}

/** Reads in pieces of 1 MiB; fewer bytes than asked for at the end of the file. */
function createReader(file: FileHandle) {
  let rest = Buffer.alloc(0)
  return {
    async read(n: number): Promise<Buffer> {
      const parts = [rest]
      let have = rest.length
      while (have < n) {
        const piece = Buffer.alloc(Math.max(1 << 20, 0))
        const { bytesRead } = await file.read(piece, 0, piece.length, null)
        if (bytesRead === 0) break
        parts.push(piece.subarray(0, bytesRead))
        have += bytesRead
      }
      const all = parts.length === 1 ? rest : Buffer.concat(parts)
      rest = all.subarray(n)
      return all.subarray(0, n)
    },
  }
}
