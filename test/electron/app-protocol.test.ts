import fc from 'fast-check'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { declareScheme, handleScheme } from '../../src-main/electron/app-protocol.ts'
import { protocol, resetElectron } from '../support/electron.ts'
import { temporaryFolder } from '../support/temporary.ts'

vi.mock('electron', () => import('../support/electron.ts'))
beforeEach(resetElectron)

/** A built renderer with a secret beside it. */
function served() {
  const root = temporaryFolder()
  const renderer = join(root, 'renderer')
  mkdirSync(join(renderer, 'assets'), { recursive: true })
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>')
  writeFileSync(join(renderer, 'assets/index.js'), 'export {}')
  writeFileSync(join(root, 'secret.js'), 'secret')
  handleScheme(renderer)
  const handler = protocol.handlers.get('virtlab')!
  return (url: string, method = 'GET') => handler(new Request(url, { method }))
}

describe('virtlab://app/', () => {
  it('is a secure origin of its own', () => {
    declareScheme()
    expect(protocol.privileged).toMatchObject([
      { scheme: 'virtlab', privileges: { standard: true, secure: true } },
    ])
  })

  it('serves the page under a policy that allows the app’s own files only', async () => {
    const get = served()
    const page = await get('virtlab://app/')
    expect(page.status).toBe(200)
    expect(await page.text()).toBe('<!doctype html>')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('serves modules with the type that browsers insist on', async () => {
    const script = await served()('virtlab://app/assets/index.js')
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  it.each([
    'virtlab://app/../secret.js',
    'virtlab://app/%2e%2e/secret.js',
    'virtlab://app/%2e%2e%2fsecret.js',
    'virtlab://app/assets/..%2f..%2fsecret.js',
    'virtlab://app/..%5csecret.js',
    'virtlab://app/%00',
    'virtlab://app/%ff',
    'virtlab://app//etc/passwd',
    'virtlab://elsewhere/index.html',
    'virtlab://app/missing.js',
    'virtlab://app/assets',
  ])('answers 404 to %s', async (url) => {
    const answer = await served()(url)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe('')
  })

  it('is for reading', async () => {
    expect((await served()('virtlab://app/', 'POST')).status).toBe(405)
  })

  it('has no address that leads out of its folder', async () => {
    const get = served()
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', '%2e%2e', '%2f', '%5c', 'secret.js', 'assets'),
      fc.webSegment(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const answer = await get(`virtlab://app/${parts.join('/')}`)
        return (await answer.text()) !== 'secret'
      }),
    )
  })
})
