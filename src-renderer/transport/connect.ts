import type { ApiError, Transport } from '@shared/contract/index.ts'
import type { WindowBridge } from '@shared/window-bridge.ts'
import { electronTransport } from './electron.ts'
import { toApiError } from '../composables/use-call.ts'
import { enterSession, httpTransport } from './http.ts'

declare global {
  // Put there by the window's preload script; absent in the served app.
  var virtlab: WindowBridge | undefined
}

/**
 * The window's bridge where there is one, else HTTP to where the page came from. The app starts even if
 * that fails (`problem`), to say so in its own words.
 */
export async function connect(): Promise<{ transport: Transport; problem?: ApiError }> {
  if (globalThis.virtlab) return { transport: electronTransport(globalThis.virtlab) }
  const transport = httpTransport()
  try {
    await enterSession()
    return { transport }
  } catch (cause) {
    return { transport, problem: toApiError(cause) }
  }
}
