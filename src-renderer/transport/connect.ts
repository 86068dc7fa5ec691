import type { Transport } from '@shared/contract/index.ts'
import type { WindowBridge } from '@shared/window-bridge.ts'
import { electronTransport } from './electron.ts'
import { httpTransport } from './http.ts'

declare global {
  // Put there by the window's preload script; absent in the served app.
  var virtlab: WindowBridge | undefined
}

/** The window's bridge where there is one, else HTTP to where the page came from. */
export async function connect(): Promise<Transport> {
  return globalThis.virtlab ? electronTransport(globalThis.virtlab) : await httpTransport()
}
