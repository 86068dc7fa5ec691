import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createApi, type Api } from '../../src-main/api/index.ts'
import { createCore, type Core } from '../../src-main/core.ts'
import { serveApp, type ServedApp } from '../../src-main/server/server.ts'
import { testPeer } from './plan.ts'
import { temporaryDataFolder, temporaryFolder } from './temporary.ts'

/** A core in a folder of the test's own, with the protocol-speaking test peer as its trainer. */
export function temporaryCore(): Core {
  const core = createCore({ dataFolder: temporaryDataFolder(), trainerEntry: testPeer })
  onTestFinished(() => core.close())
  return core
}

export function temporaryApi(core = temporaryCore()): { core: Core; api: Api } {
  const api = createApi(core)
  onTestFinished(() => api.shutDown('kill'))
  return { core, api }
}

/** The app on a free port of this machine, with a page of one line. */
export async function temporaryServer(): Promise<ServedApp & { core: Core; renderer: string }> {
  const { core, api } = temporaryApi()
  const renderer = join(temporaryFolder(), 'renderer')
  mkdirSync(join(renderer, 'assets'), { recursive: true })
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Virtlab</title>')
  writeFileSync(join(renderer, 'assets', 'app-0123abcd.js'), 'export {}')
  const app = await serveApp({ api, renderer, port: 0 })
  onTestFinished(() => app.close())
  return { ...app, core, renderer }
}

export interface RawResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** A request exactly as given: fetch() would mend paths and refuse headers such as Host. */
export function rawRequest(
  port: number,
  options: {
    path: string
    method?: string
    headers?: Record<string, string>
    body?: Uint8Array
  },
): Promise<RawResponse> {
  const { path, method = 'GET', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
