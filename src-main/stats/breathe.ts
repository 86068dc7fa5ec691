import { setImmediate } from 'node:timers/promises'

/** Lets others have their turn whenever `milliseconds` have passed since it last did: for long sums in the core. */
export function createBreather(milliseconds = 15): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < milliseconds) return undefined
    return setImmediate().then(() => {
      since = performance.now()
    })
  }
}
