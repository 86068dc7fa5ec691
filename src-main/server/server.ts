import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { contract, type ApiErrorData, type CallName } from '../../src-shared/contract/index.ts'
import { decodeWire, encodeWire, wireMimeType } from '../../src-shared/contract/wire.ts'
import { UserError } from '../../src-shared/errors.ts'
import { toApiError, type Api } from '../api/index.ts'
import { streamEvents } from './event-stream.ts'
import { refusalOf, securityHeaders } from './guard.ts'
import { sendDownload } from './send-download.ts'
import { createSessions } from './session.ts'
import { findFile, notBuilt, sendFile } from './static-files.ts'

export interface ServedApp {
  readonly port: number
  readonly token: string
  /** What to open in a browser. */
  readonly url: string
  close(): Promise<void>
}

/** A recipe or a long list of ids; nothing that a page sends is larger. */
const maxBodyBytes = 8 * 2 ** 20

/**
 * The app over HTTP, on this machine only: the renderer's files, POST /session, POST /api/NAME, GET /events,
 * GET /download/TOKEN.
 * Every request passes the guard; calls and events need the session (docs/api.md, "Security").
 *
 * @param port 0: any that is free
 * @throws UserError where the port is taken
 */
export async function serveApp(options: {
  api: Api
  renderer: string
  port: number
  token?: string
}): Promise<ServedApp> {
  const { api, renderer } = options
  const portOf = () => (server.address() as AddressInfo).port
  const sessions = createSessions(portOf, options.token)

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const refusal = refusalOf(request)
    if (refusal !== undefined) throw new HttpError(403, refusal)
    // Not by URL(), which would take `//name` for a host.
    const [pathname = '/'] = (request.url ?? '/').split(/[?#]/)

    if (pathname === '/session') {
      const token = tokenOf(await messageOf(request))
      const cookie = sessions.open(token)
      if (cookie === undefined) throw new HttpError(401, 'this is not the token of this Virtlab')
      response.writeHead(204, { 'set-cookie': cookie, 'cache-control': 'no-store' }).end()
      return
    }
    if (pathname.startsWith('/download/')) {
      if (!sessions.isOpen(request)) throw new HttpError(401, 'there is no session')
      if (request.method !== 'GET') throw new HttpError(405, 'files are got with GET')
      const file = api.downloads.find(pathname.slice('/download/'.length))
      if (!file) throw new HttpError(404, 'this file is no longer there')
      if (await sendDownload(response, file)) api.downloads.remove(file.token)
      return
    }
    if (pathname === '/events' || pathname.startsWith('/api/')) {
      if (!sessions.isOpen(request)) throw new HttpError(401, 'there is no session')
      if (pathname === '/events') {
        if (request.method !== 'GET') throw new HttpError(405, 'events are got with GET')
        streamEvents(api.events, request, response)
        return
      }
      const name = pathname.slice('/api/'.length)
      if (!Object.hasOwn(contract, name)) throw new HttpError(404, `there is no call ${name}`)
      const output = await api.call(name as CallName, (await messageOf(request)) as never)
      send(response, 200, output)
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpError(405, 'files are got with GET')
    }
    const file = await findFile(renderer, pathname)
    if (file !== undefined) {
      await sendFile(response, file)
      return
    }
    const index = await findFile(renderer, '/')
    if (index === undefined) {
      response.writeHead(503, { 'content-type': 'text/html; charset=utf-8' }).end(notBuilt)
      return
    }
    // Deep links are the page's own to understand; a missing file is none of them.
    if (/\.\w+$/.test(pathname)) throw new HttpError(404, 'there is no such file')
    await sendFile(response, index)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else fail(response, error)
    })
  })
  // A slow or silent client must not hold a connection for ever.
  server.headersTimeout = 20_000
  server.requestTimeout = 60_000
  await listen(server, options.port)
  const port = portOf()
  return {
    port,
    token: sessions.token,
    url: `http://127.0.0.1:${port}/#token=${sessions.token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function tokenOf(message: unknown): string {
  const parsed = z.strictObject({ token: z.string().max(200) }).safeParse(message)
  if (!parsed.success) throw new HttpError(400, 'a session is opened with its token')
  return parsed.data.token
}

class HttpError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The content type is one that no form and no simple cross-site request can send. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  if (request.method !== 'POST') throw new HttpError(405, 'calls are made with POST')
  if (request.headers['content-type'] !== wireMimeType) {
    throw new HttpError(415, `a call’s content type is ${wireMimeType}`)
  }
  const tooLarge = () => new HttpError(413, `more than ${maxBodyBytes / 2 ** 20} MiB`)
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge()
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > maxBodyBytes) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

async function messageOf(request: IncomingMessage): Promise<unknown> {
  const body = await bodyOf(request)
  try {
    return decodeWire(body)
  } catch {
    throw new HttpError(400, 'the body is no message of this contract')
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = encodeWire(value)
  response
    .writeHead(status, {
      'content-type': wireMimeType,
      'content-length': body.byteLength,
      'cache-control': 'no-store',
    })
    .end(body)
}

const statusOf: Record<ApiErrorData['code'], number> = {
  invalid: 400,
  unauthorized: 401,
  not_found: 404,
  user: 422,
  unavailable: 503,
  defect: 500,
}

function fail(response: ServerResponse, error: unknown): void {
  if (error instanceof HttpError) {
    const { status, message } = error
    // What is left of a body that was refused is not read.
    if (status === 413) response.setHeader('connection', 'close')
    send(response, status, { code: codeOf(status), message } satisfies ApiErrorData)
    return
  }
  const known = toApiError(error)
  send(response, statusOf[known.code], known.toData())
}

function codeOf(status: number): ApiErrorData['code'] {
  if (status === 401 || status === 403) return 'unauthorized'
  return status === 404 ? 'not_found' : 'invalid'
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UserError(`port ${port} is taken`, {
              where: '--port',
              fix: 'Choose another, or leave --port away.',
            })
          : error,
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
