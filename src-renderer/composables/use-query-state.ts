import { customRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export interface QueryCodec<T> {
  read: (text: string) => T | undefined
  write: (value: T) => string
}

/** Text that is one of a few words; anything else in the address counts as not given. */
export const oneOf = <T extends string>(words: readonly T[]): QueryCodec<T> => ({
  read: (text) => words.find((word) => word === text),
  write: (word) => word,
})
export const asText: QueryCodec<string> = { read: (text) => text, write: (text) => text }
export const asNumber: QueryCodec<number> = {
  read: (text) => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
  write: String,
}
export const asFlag: QueryCodec<boolean> = {
  read: (text) => (text === '1' ? true : text === '0' ? false : undefined),
  write: (flag) => (flag ? '1' : '0'),
}
export const asList: QueryCodec<string[]> = {
  read: (text) => text.split(',').filter(Boolean),
  write: (items) => items.join(','),
}
/** For filters and the like; broken text counts as not given. Check the shape with `check`. */
export const asJson = <T>(check: (value: unknown) => NoInfer<T> | undefined): QueryCodec<T> => ({
  read: (text) => {
    try {
      return check(JSON.parse(text))
    } catch {
      return undefined
    }
  },
  write: (value) => JSON.stringify(value),
})

// Several set in one tick make one navigation.
let pending: Record<string, string | undefined> | undefined

/**
 * A ref that lives in the address (`?name=…`), so that a view can be linked to, reloaded and gone back
 * to. A value equal to `initial` is left out. `push: true` makes every change a step of the history.
 */
export function useQueryState<T>(
  name: string,
  initial: T,
  codec: QueryCodec<T>,
  options: { push?: boolean } = {},
): Ref<T> {
  const route = useRoute()
  const router = useRouter()
  const initialText = codec.write(initial)
  let lastText: string | undefined
  let lastValue = initial

  return customRef<T>(() => ({
    get() {
      const raw = pending && name in pending ? pending[name] : route.query[name]
      if (typeof raw !== 'string') return initial
      // The same object for the same text, or every render would see a change.
      if (raw !== lastText) {
        lastText = raw
        lastValue = codec.read(raw) ?? initial
      }
      return lastValue
    },
    set(value) {
      const text = codec.write(value)
      const next = text === initialText ? undefined : text
      if (!pending) {
        pending = {}
        queueMicrotask(() => {
          const query = { ...route.query, ...pending }
          pending = undefined
          void (options.push ? router.push({ query }) : router.replace({ query }))
        })
      }
      pending[name] = next
    },
  }))
}
