import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { toApiError } from '~/composables/use-call.ts'

export interface Page<Row> {
  total: number
  rows: Row[]
}

const pageSize = 100

/**
 * A long list, loaded as it comes into sight: give `rows` and `onRange` to a DataTable. `question` is what
 * the list depends on (null: don't ask); `ask` brings the rows from an offset on.
 */
export function usePages<Q, P extends Page<unknown>>(
  question: MaybeRefOrGetter<Q | null>,
  ask: (question: Q, offset: number, limit: number) => Promise<P>,
) {
  type Row = P['rows'][number]
  const rows = shallowRef<(Row | undefined)[]>([])
  /** The last answer, for what it tells beside the rows. */
  const answer = shallowRef<P>()
  const error = shallowRef<ReturnType<typeof toApiError>>()
  const loaded = shallowRef(false)
  let generation = 0
  let asked = new Set<number>()

  async function load(page: number, fresh: boolean): Promise<void> {
    const now = toValue(question)
    if (now === null || asked.has(page)) return
    asked.add(page)
    const mine = generation
    try {
      const got = await ask(now, page * pageSize, pageSize)
      if (mine !== generation) return
      const next = fresh ? Array.from<Row | undefined>({ length: got.total }) : [...rows.value]
      for (const [i, row] of got.rows.entries()) next[page * pageSize + i] = row
      rows.value = next
      answer.value = got
      error.value = undefined
    } catch (cause) {
      if (mine !== generation) return
      asked.delete(page)
      error.value = toApiError(cause)
    }
    loaded.value = true
  }

  async function reload(): Promise<void> {
    generation += 1
    asked = new Set()
    await load(0, true)
  }

  function onRange(first: number, last: number): void {
    const end = Math.min(last, rows.value.length - 1)
    for (let page = Math.floor(first / pageSize); page * pageSize <= end; page++) {
      void load(page, false)
    }
  }

  watch(
    () => JSON.stringify(toValue(question)),
    () => void reload(),
    { immediate: true },
  )
  onScopeDispose(() => (generation += 1))
  return { rows, answer, error, loaded, onRange, reload }
}
