import type { CallInput, CallName, CallOutput, EventName, EventOf } from './contract/index.ts'
import type { ApiErrorData } from './contract/errors.ts'

/** How a call ended. Electron carries only the message of a thrown error, so errors travel as data. */
export type CallResult<N extends CallName> =
  { ok: true; output: CallOutput<N> } | { ok: false; error: ApiErrorData }

/** All that the page sees of the window: `globalThis.virtlab`, put there by the preload script. */
export interface WindowBridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallResult<N>>
  /** Returns how to end the subscription. */
  subscribe<N extends EventName>(event: N, listener: (payload: EventOf<N>) => void): () => void
}
