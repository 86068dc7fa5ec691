import type { Transport } from '@shared/contract/index.ts'

/**
 * What the renderer talks to. Set once, before the app is mounted; a module-level binding, since
 * composables, stores and plain functions all need it.
 */
let current: Transport | undefined

export function setTransport(transport: Transport): void {
  current = transport
}

function get(): Transport {
  if (!current) throw new Error('the transport is used before it is set')
  return current
}

/** One call of the contract; rejects with ApiError. */
export const call: Transport['call'] = (name, input) => get().call(name, input)

/** Returns how to end the subscription. In components use `useEvent`, which ends it by itself. */
export const subscribe: Transport['subscribe'] = (event, listener) =>
  get().subscribe(event, listener)
