import type { CallName, CallOutput, CallRequest } from '../../src-shared/contract/index.ts'
import type { ModelUser } from '../use/model-user.ts'
import type { Core } from '../core.ts'
import type { Downloads } from './downloads.ts'
import type { EventHub } from './event-hub.ts'
import type { QueueWorker } from './queue-worker.ts'
import type { Shell } from './shell.ts'

/** What every handler works on. */
export interface ApiContext {
  readonly core: Core
  readonly events: EventHub
  readonly worker: QueueWorker
  readonly shell: Shell
  readonly downloads: Downloads
  /** Trained models in use. */
  readonly models: ModelUser
}

export type Handler<N extends CallName> = (
  input: CallRequest<N>,
) => CallOutput<N> | Promise<CallOutput<N>>

/** The handlers of a domain: one for every call that it lists, or it does not compile. */
export type Handlers<N extends CallName> = { [K in N]: Handler<K> }
