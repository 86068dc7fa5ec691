import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isInside } from '../api/files/allowed.ts'

const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

export const contentTypeOf = (file: string): string =>
  mimeTypes[extname(file)] ?? 'application/octet-stream'

/**
 * The file of a folder that an address names, or undefined. Only files whose real path lies inside are
 * found: neither `..`, encoded or not, nor a link leads out.
 */
export async function findFile(folder: string, pathname: string): Promise<string | undefined> {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined
  const wanted = decoded.endsWith('/') ? `${decoded}index.html` : decoded
  try {
    const root = await realpath(folder)
    const real = await realpath(join(root, wanted))
    return isInside(root, real) && (await stat(real)).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

export async function sendFile(response: ServerResponse, file: string): Promise<void> {
  const { size } = await stat(file)
  const isHashed = /-[\w-]{8}\.\w+$/.test(file)
  response.writeHead(200, {
    'content-type': contentTypeOf(file),
    'content-length': size,
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  await pipeline(createReadStream(file), response).catch(() => undefined)
}

/** Shown instead of the app where it was not built. */
export const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Virtlab</title>
<h1>The app is not built yet</h1>
<p>In Virtlab’s folder, run <code>npm run build:renderer</code>, then load this page again.
`
