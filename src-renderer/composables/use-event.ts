import type { EventName, EventOf } from '@shared/contract/index.ts'
import { onScopeDispose } from 'vue'
import { subscribe } from '../transport/transport.ts'

/** Listens to an event of the core as long as the component lives. */
export function useEvent<N extends EventName>(
  event: N,
  listener: (payload: EventOf<N>) => void,
): void {
  onScopeDispose(subscribe(event, listener))
}
