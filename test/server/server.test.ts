import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serveApp } from '../../src-main/server/server.ts'
import { createHttpTransport } from '../../src-shared/contract/http-transport.ts'
import { decodeWire, encodeWire, wireMimeType } from '../../src-shared/contract/wire.ts'
import { ApiError } from '../../src-shared/contract/index.ts'
import { plannedRuns, provenance } from '../support/plan.ts'
import { rawRequest, temporaryApi, temporaryServer } from '../support/served.ts'
import { temporaryFolder } from '../support/temporary.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const wire = { 'content-type': wireMimeType }
const callInfo = { path: '/api/app.info', method: 'POST', body: encodeWire({}) }

function transportTo({ port, token }: { port: number; token: string }) {
  const transport = createHttpTransport({
    origin: `http://127.0.0.1:${port}`,
    headers: bearer(token),
  })
  onTestFinished(() => transport.close())
  return transport
}

const messageOf = ({ body }: { body: Buffer }) => (decodeWire(body) as { message: string }).message

describe('the session', () => {
  test('the token is exchanged for a cookie that scripts cannot read and other sites do not send', async () => {
    const { port, token } = await temporaryServer()
    const opened = await rawRequest(port, {
      path: '/session',
      method: 'POST',
      headers: wire,
      body: encodeWire({ token }),
    })
    expect(opened.status).toBe(204)
    const [cookie = ''] = opened.headers['set-cookie'] as string[]
    expect(cookie).toMatch(
      new RegExp(`^virtlab_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    expect(cookie).not.toContain(token)

    const called = await rawRequest(port, {
      ...callInfo,
      headers: { ...wire, cookie: cookie.split(';')[0]! },
    })
    expect(called.status).toBe(200)
  })

  test.each([
    ['no token', {}],
    ['a wrong token', bearer('x'.repeat(43))],
    ['an empty token', bearer('')],
    ['a wrong cookie', { cookie: 'virtlab_1=abc' }],
  ])('%s: calls and events are refused', async (_what, headers) => {
    const { port } = await temporaryServer()
    for (const request of [callInfo, { path: '/events' }]) {
      const answer = await rawRequest(port, { ...request, headers: { ...wire, ...headers } })
      expect(answer.status).toBe(401)
      expect(decodeWire(answer.body)).toMatchObject({ code: 'unauthorized' })
    }
  })

  test('a wrong token opens nothing', async () => {
    const { port } = await temporaryServer()
    const answer = await rawRequest(port, {
      path: '/session',
      method: 'POST',
      headers: wire,
      body: encodeWire({ token: 'guess' }),
    })
    expect(answer.status).toBe(401)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
})

describe('the guard', () => {
  test.each(['evil.example', 'evil.example:7710', '127.0.0.1.evil.example', '192.168.0.5:7710'])(
    'host "%s" is refused (DNS rebinding), also for files',
    async (host) => {
      const { port, token } = await temporaryServer()
      for (const request of [callInfo, { path: '/' }]) {
        const headers = { ...wire, ...bearer(token), host }
        const answer = await rawRequest(port, { ...request, headers })
        expect([400, 403]).toContain(answer.status)
      }
    },
  )

  test.each(['127.0.0.1:9999', 'localhost:7710', '[::1]:7710'])(
    'host "%s" is this machine’s: tunnels end on any port',
    async (host) => {
      const { port, token } = await temporaryServer()
      const answer = await rawRequest(port, {
        ...callInfo,
        headers: { ...wire, ...bearer(token), host },
      })
      expect(answer.status).toBe(200)
    },
  )

  test.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[])('%o is another site', async (headers) => {
    const { port, token } = await temporaryServer()
    const answer = await rawRequest(port, {
      ...callInfo,
      headers: { ...wire, ...bearer(token), ...headers },
    })
    expect(answer.status).toBe(403)
    expect(messageOf(answer)).toMatch(/another site/)
  })

  test('nothing is allowed to other origins, not even to ask', async () => {
    const { port, token } = await temporaryServer()
    const asked = await rawRequest(port, {
      path: '/api/app.info',
      method: 'OPTIONS',
      headers: bearer(token),
    })
    expect(asked.status).toBe(405)
    expect(Object.keys(asked.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    )
  })

  test.each(['text/plain', 'application/json', 'application/x-www-form-urlencoded', ''])(
    'content type "%s", which forms can send, is no call',
    async (type) => {
      const { port, token } = await temporaryServer()
      const answer = await rawRequest(port, {
        ...callInfo,
        headers: { ...bearer(token), 'content-type': type },
      })
      expect(answer.status).toBe(415)
    },
  )

  test('a body that is too large is refused, whether or not it says so', async () => {
    const { port, token } = await temporaryServer()
    const body = new Uint8Array(8 * 2 ** 20 + 1)
    const told = await rawRequest(port, {
      ...callInfo,
      headers: { ...wire, ...bearer(token), 'content-length': String(body.length) },
    }).catch(() => ({ status: 413 }))
    expect(told.status).toBe(413)
    const chunked = await rawRequest(port, {
      ...callInfo,
      body,
      headers: { ...wire, ...bearer(token), 'transfer-encoding': 'chunked' },
    }).catch(() => ({ status: 413 }))
    expect(chunked.status).toBe(413)
  })
})

describe('files', () => {
  test('the page comes with a policy that lets in nothing from elsewhere', async () => {
    const { port } = await temporaryServer()
    const page = await rawRequest(port, { path: '/' })
    expect(page.status).toBe(200)
    expect(page.body.toString()).toContain('<title>Virtlab</title>')
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'.*script-src 'self';/,
    )
    expect(page.headers['content-security-policy']).not.toMatch(/unsafe|\*/)
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect(page.headers['cache-control']).toBe('no-cache')
  })

  test('a deep link is the page; a file that is not there is none', async () => {
    const { port } = await temporaryServer()
    expect((await rawRequest(port, { path: '/runs/abc?tab=logs' })).status).toBe(200)
    expect((await rawRequest(port, { path: '/assets/gone.js' })).status).toBe(404)
    const hashed = await rawRequest(port, { path: '/assets/app-0123abcd.js' })
    expect(hashed.headers['cache-control']).toMatch(/immutable/)
  })

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/%00/../secret.txt',
    '//secret.txt',
    '/link.txt',
  ])('%s leads out of the folder and is not found', async (path) => {
    const { port, renderer } = await temporaryServer()
    const secret = join(renderer, '..', 'secret.txt')
    writeFileSync(secret, 'secret')
    symlinkSync(secret, join(renderer, 'link.txt'))
    const answer = await rawRequest(port, { path })
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).not.toContain('secret\n')
  })

  test('an app that is not built says how to build it', async () => {
    const { api } = temporaryApi()
    const app = await serveApp({ api, renderer: join(temporaryFolder(), 'none'), port: 0 })
    onTestFinished(() => app.close())
    const page = await rawRequest(app.port, { path: '/' })
    expect(page.status).toBe(503)
    expect(page.body.toString()).toContain('npm run build:renderer')
  })

  test('a port that is taken says so', async () => {
    const { port } = await temporaryServer()
    const { api } = temporaryApi()
    await expect(serveApp({ api, renderer: '', port })).rejects.toThrow(`port ${port} is taken`)
  })
})

describe('calls', () => {
  test('answer over HTTP what they answer in the process', async () => {
    const app = await temporaryServer()
    const transport = transportTo(app)
    expect(await transport.call('app.info', {})).toMatchObject({ shell: 'served', runs: 0 })
    const { series } = await transport.call('series.buckets', { runs: [], keys: ['x'], pixels: 10 })
    expect(series).toEqual([])
  })

  test('errors arrive as ApiError, with what to do', async () => {
    const transport = transportTo(await temporaryServer())
    const failure = async (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: unknown) => (error instanceof ApiError ? error.toData() : error),
      )
    expect(await failure(transport.call('runs.get', { id: 'none' }))).toMatchObject({
      code: 'not_found',
      message: 'there is no run none',
    })
    expect(
      await failure(transport.call('train.start', { yaml: 'name: x\nruns: {}\n' })),
    ).toMatchObject({ code: 'user' })
    const wrong = { runs: 7 } as never
    expect(await failure(transport.call('series.names', wrong))).toMatchObject({ code: 'invalid' })
    expect(await failure(transport.call('no.such' as never, {} as never))).toMatchObject({
      code: 'not_found',
    })
    expect(await failure(transport.call('constructor' as never, {} as never))).toMatchObject({
      code: 'not_found',
    })
  })

  test('bytes that are no message are the caller’s fault', async () => {
    const { port, token } = await temporaryServer()
    for (const body of [
      new Uint8Array([0xc1]),
      new Uint8Array(0),
      new Uint8Array([0xdd, 255, 255]),
    ]) {
      const answer = await rawRequest(port, {
        ...callInfo,
        body,
        headers: { ...wire, ...bearer(token) },
      })
      expect(answer.status).toBe(400)
    }
  })
})

describe('events', () => {
  test('of a training arrive with their typed arrays, in order', async () => {
    const app = await temporaryServer()
    const transport = transportTo(app)
    const steps: number[] = []
    const statuses: string[] = []
    transport.subscribe('run.points', ({ points }) => {
      const loss = points.keys.indexOf('train/loss')
      points.keyIndex.forEach((key, i) => {
        if (key === loss) steps.push(points.step[i]!)
      })
    })
    const ended = new Promise<void>((resolve) => {
      transport.subscribe('queue.changed', ({ running, waiting }) => {
        statuses.push(`${running.length} running, ${waiting.length} waiting`)
        if (running.length + waiting.length === 0 && steps.length > 0) resolve()
      })
    })
    // The stream is open once a first event has come.
    const settled = new Promise<void>((resolve) => {
      transport.subscribe('settings.changed', () => resolve())
    })
    const asking = setInterval(() => void transport.call('settings.set', { theme: 'dark' }), 50)
    await settled
    clearInterval(asking)

    const { core } = app
    core.queue.addRecipe({
      name: 'test',
      path: null,
      text: null,
      runs: plannedRuns().slice(0, 1),
      provenance,
    })
    await transport.call('queue.resume', {})
    await ended
    expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(statuses).toContain('1 running, 0 waiting')
  })
})
