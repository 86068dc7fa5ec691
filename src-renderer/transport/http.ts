import type { Transport } from '@shared/contract/index.ts'
import { createHttpTransport, openSession } from '@shared/contract/http-transport.ts'
import { connected } from './connection.ts'

/**
 * The link that `virtlab serve` prints ends in `#token=…`: the token is exchanged for a cookie at once and
 * taken out of the address, so that it is in no bookmark and no history.
 */
export async function enterSession(): Promise<void> {
  const token = /^#token=([^&]+)/.exec(location.hash)?.[1]
  if (token === undefined) return
  history.replaceState(null, '', `${location.pathname}#/`)
  await openSession(decodeURIComponent(token))
}

/** To `virtlab serve`, from where the page came. */
export function httpTransport(): Transport {
  return createHttpTransport({ onConnection: (on) => (connected.value = on) })
}
