import { shallowRef } from 'vue'
import { useToasts } from '../stores/toasts.ts'
import { toApiError } from './use-call.ts'

/**
 * Wraps something a user starts (stop a run, save a view): `busy` while it runs, a message with what went
 * wrong when it fails. Returns what the work returned, `undefined` after a failure.
 */
export function useAction() {
  const busy = shallowRef(false)
  const toasts = useToasts()
  async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    try {
      return await work()
    } catch (cause) {
      toasts.showError(toApiError(cause))
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, run }
}
