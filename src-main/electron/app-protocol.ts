import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'
import { isOwn, scheme } from './app-origin.ts'

/**
 * Everything from the app itself and nothing inline. ECharts and Vue set styles through the DOM, which
 * `style-src` does not concern; blob: is for charts on their way to the clipboard.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Before Electron is ready: makes the scheme an origin of its own, secure like https. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
}

/** Serves the built renderer under `virtlab://app/`. */
export function serveApp(rendererFolder: string): void {
  protocol.handle(scheme, (request) => respond(rendererFolder, request))
}

/** A file of the folder, or 404; never a file outside, however the address is written. */
export async function respond(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
  const path = isOwn(request.url) ? containedPath(folder, new URL(request.url).pathname) : undefined
  const type = path === undefined ? undefined : contentTypes[extname(path)]
  if (path === undefined || type === undefined) return refusal(404)
  try {
    const body = request.method === 'HEAD' ? null : await readFile(path)
    return new Response(body, { headers: { ...headers, 'content-type': type } })
  } catch {
    return refusal(404)
  }
}

/** undefined for what lies outside of the folder, or is no address of a file. */
export function containedPath(folder: string, pathname: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (decoded.includes('\0')) return undefined
  const path = join(folder, decoded === '/' ? 'index.html' : decoded)
  const inside = relative(folder, path)
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
    ? undefined
    : path
}

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

const refusal = (status: number): Response => new Response(null, { status, headers })
