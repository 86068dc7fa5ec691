import { events, type EventName, type EventOf } from '../../src-shared/contract/events.ts'

export interface EventHub {
  emit<N extends EventName>(event: N, payload: EventOf<N>): void
  subscribe<N extends EventName>(event: N, listener: (payload: EventOf<N>) => void): () => void
  /** Everything, for a transport that passes events on. */
  subscribeAll(listener: (event: EventName, payload: unknown) => void): () => void
  /** Somebody listens to something. */
  isHeard(): boolean
}

/** A listener that throws does not keep the others from hearing. */
export function createEventHub(): EventHub {
  const listeners = new Set<(event: EventName, payload: unknown) => void>()
  const add = (listener: (event: EventName, payload: unknown) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    emit(event, payload) {
      for (const listener of listeners) {
        try {
          listener(event, payload)
        } catch (error) {
          console.error(`a listener of ${event} failed:`, error)
        }
      }
    },
    subscribe: (event, listener) =>
      add((name, payload) => {
        // The hub carries what emit() was given for this very name.
        if (name === event) listener(payload as EventOf<typeof event>)
      }),
    subscribeAll: add,
    isHeard: () => listeners.size > 0,
  }
}

export const eventNames = Object.keys(events) as EventName[]
