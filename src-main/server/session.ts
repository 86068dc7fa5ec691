import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may talk to the served app: whoever has the token that `virtlab serve` prints. The page exchanges it
 * for a cookie that scripts cannot read and other sites do not send.
 */
export interface Sessions {
  /** In the address's fragment, which browsers send to nobody. */
  readonly token: string
  /** The Set-Cookie header for the right token; undefined for a wrong one. */
  open(token: string): string | undefined
  isOpen(request: IncomingMessage): boolean
}

export function createSessions(
  port: () => number,
  token = randomBytes(32).toString('base64url'),
): Sessions {
  // Another Virtlab on another port of this host shares its cookies with this one.
  const cookieName = () => `virtlab_${port()}`
  const secret = randomBytes(32).toString('base64url')
  return {
    token,
    open(given) {
      if (!isEqual(given, token)) return undefined
      return `${cookieName()}=${secret}; Path=/; HttpOnly; SameSite=Strict`
    },
    isOpen({ headers }) {
      const [scheme, bearer] = (headers.authorization ?? '').split(' ')
      if (scheme === 'Bearer' && bearer !== undefined) return isEqual(bearer, token)
      return cookiesOf(headers.cookie).some(
        ([name, value]) => name === cookieName() && isEqual(value, secret),
      )
    },
  }
}

function cookiesOf(header = ''): [name: string, value: string][] {
  return header.split(';').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
}

/** Takes the same time wherever two texts differ. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
