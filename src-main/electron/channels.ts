import type { EventName } from '../../src-shared/contract/index.ts'
import type { CallResult } from '../../src-shared/window-bridge.ts'

/**
 * Every message between the page and the main process, by channel; ipc.ts and preload.ts take both
 * ends' types from here. What the calls themselves carry is the contract (src-shared/contract).
 */
export interface InvokeChannels {
  'virtlab:call': (name: string, input: unknown) => Promise<CallResult<never>>
}

/** Page to main process, without an answer. */
export interface SendChannels {
  'virtlab:subscribe': [event: EventName]
  'virtlab:unsubscribe': [event: EventName]
}

/** Main process to page. */
export interface PushChannels {
  'virtlab:event': [event: EventName, payload: unknown]
}
