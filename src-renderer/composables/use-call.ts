import { ApiError, type CallInput, type CallName, type CallOutput } from '@shared/contract/index.ts'
import type { EventName, EventOf } from '@shared/contract/index.ts'
import {
  onScopeDispose,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue'
import { call } from '../transport/transport.ts'
import { useEvent } from './use-event.ts'

export interface CallState<N extends CallName> {
  /** The last answer; stays while a newer one is on its way, so that nothing flickers. */
  readonly data: Readonly<ShallowRef<CallOutput<N> | undefined>>
  readonly error: Readonly<ShallowRef<ApiError | undefined>>
  /** A call is under way. For a skeleton ask `!data.value && !error.value`. */
  readonly loading: Readonly<ShallowRef<boolean>>
  reload: () => Promise<void>
}

/** Which events make the answer old; true: every one of that name. */
export type ReloadOn = {
  [N in EventName]?: true | ((payload: EventOf<N>) => boolean)
}

/**
 * Keeps the answer to a call up to date: asks again when the input changes (`null`: don't ask) and when
 * an event named in `on` comes. Events are gathered for `throttleMs`; an answer overtaken by a newer
 * question is dropped.
 *
 *     const { data, error } = useCall('runs.get', () => ({ id: props.id }), {
 *       on: { 'run.changed': ({ ids }) => ids.includes(props.id) },
 *     })
 */
export function useCall<N extends CallName>(
  name: N,
  input: MaybeRefOrGetter<CallInput<N> | null>,
  options: { on?: ReloadOn; throttleMs?: number } = {},
): CallState<N> {
  const { on = {}, throttleMs = 250 } = options
  const data = shallowRef<CallOutput<N>>()
  const error = shallowRef<ApiError>()
  const loading = shallowRef(false)
  let latest = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const question = toValue(input)
    const mine = ++latest
    if (question === null) {
      loading.value = false
      return
    }
    loading.value = true
    try {
      const answer = await call(name, question)
      if (mine !== latest) return
      data.value = answer
      error.value = undefined
    } catch (cause) {
      if (mine !== latest) return
      error.value = toApiError(cause)
    }
    loading.value = false
  }

  function reloadSoon() {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, throttleMs)
  }

  // Compared as text: a getter builds a new object every time.
  watch(
    () => JSON.stringify(toValue(input)),
    (now, before) => {
      if (now !== before) void load()
    },
    { immediate: true },
  )
  for (const event of Object.keys(on) as EventName[]) listen(event)

  function listen<E extends EventName>(event: E) {
    const matters = on[event]
    useEvent(event, (payload) => {
      if (matters === true || matters?.(payload)) reloadSoon()
    })
  }
  onScopeDispose(() => {
    latest += 1
    clearTimeout(timer)
  })
  return { data, error, loading, reload: load }
}

/** Whatever was thrown, as something ErrorPanel shows. */
export function toApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ApiError({ code: 'defect', message })
}
