import type { CallInput, CallOutput } from '@shared/contract/index.ts'
import type { ApiError } from '@shared/contract/errors.ts'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { toApiError } from '~/composables/use-call.ts'
import { call } from '~/transport/transport.ts'

type Question = CallInput<'attention.onDemand'>

/**
 * Maps of a pair that somebody typed: a checkpoint is run on it, which takes seconds. A question that was
 * answered before is not asked again.
 */
export function useTypedPair(question: () => Question | null) {
  const answer = shallowRef<CallOutput<'attention.onDemand'>>()
  const error = shallowRef<ApiError>()
  const busy = shallowRef(false)
  const known = new Map<string, CallOutput<'attention.onDemand'>>()
  let turn = 0

  async function ask(): Promise<void> {
    const asked = question()
    const mine = ++turn
    error.value = undefined
    busy.value = false
    if (!asked) {
      answer.value = undefined
      return
    }
    const key = JSON.stringify(asked)
    answer.value = known.get(key)
    if (answer.value) return
    busy.value = true
    try {
      const given = await call('attention.onDemand', asked)
      known.set(key, given)
      if (mine === turn) answer.value = given
    } catch (cause) {
      if (mine === turn) error.value = toApiError(cause)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  watch(() => JSON.stringify(question()), ask, { immediate: true })
  onScopeDispose(() => (turn += 1))
  return { answer, error, busy, ask }
}
