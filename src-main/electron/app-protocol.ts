import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { securityHeaders } from '../server/guard.ts'
import { contentTypeOf, findFile } from '../server/static-files.ts'
import { isOwn, scheme } from './app-origin.ts'

/** Before Electron is ready: makes the scheme an origin of its own, secure like https. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
}

/**
 * Serves the built renderer under `virtlab://app/`, by the served app's rules: the same containment of
 * paths, the same Content-Security-Policy.
 */
export function handleScheme(rendererFolder: string): void {
  protocol.handle(scheme, async ({ method, url }) => {
    if (method !== 'GET') return refusal(405)
    const file = isOwn(url) ? await findFile(rendererFolder, new URL(url).pathname) : undefined
    if (file === undefined) return refusal(404)
    return new Response(await readFile(file), {
      headers: { ...securityHeaders, 'content-type': contentTypeOf(file) },
    })
  })
}

const refusal = (status: number): Response =>
  new Response(null, { status, headers: securityHeaders })
