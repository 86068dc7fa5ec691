import type { IncomingMessage } from 'node:http'

/** Names by which this machine calls itself; any other Host is DNS rebinding, or a mistake. */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Why a request is refused before anyone looks at what it wants; undefined: it may pass.
 *
 * - Host has to be loopback, so that a name of someone else's that points here is not answered. The port is
 *   not compared: an SSH tunnel may end on another one.
 * - Origin, where a browser sends one, has to be this very host: pages of other sites are not answered.
 * - Sec-Fetch-Site, which pages cannot forge, says the same once more for requests without Origin.
 */
export function refusalOf({ headers }: IncomingMessage): string | undefined {
  const { host, origin } = headers
  if (host === undefined || !loopbackNames.has(nameOf(host))) {
    return `host ${host ?? '(none)'} is not this machine’s own`
  }
  if (origin !== undefined && origin !== `http://${host}`) return `origin ${origin} is another site`
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'the request comes from another site'
  }
  return undefined
}

/** `127.0.0.1:7710` → `127.0.0.1`, `[::1]:7710` → `[::1]` */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d*$/, '')

/**
 * What a page of ours may do: load its own files and talk to its own origin, nothing else. ECharts sets
 * styles through the DOM, which style-src does not concern.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const
