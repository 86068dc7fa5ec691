import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Download } from '../api/downloads.ts'

/**
 * A file of any size, piece by piece.
 *
 * @returns false where the browser went away before its end
 */
export async function sendDownload(response: ServerResponse, file: Download): Promise<boolean> {
  const { size } = await stat(file.path)
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
    'cache-control': 'no-store',
  })
  try {
    await pipeline(createReadStream(file.path, { highWaterMark: 1 << 20 }), response)
    return true
  } catch {
    return false
  }
}
