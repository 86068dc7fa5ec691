import type { ApiError, CallInput } from '@shared/contract/index.ts'
import type { RunQueryInput, RunRow } from '@shared/contract/run-query.ts'
import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { toApiError } from '~/composables/use-call.ts'
import { useEvent } from '~/composables/use-event.ts'
import { call } from '~/transport/transport.ts'
import { layOutRows } from './table-rows.ts'

const pageSize = 100
/** A running run logs many times a second; its row follows this often. */
const liveEveryMs = 3000
const changeDelayMs = 150

/**
 * The runs of a query, loaded page by page as they come into sight. While a new question is under way the
 * old rows stay, so that nothing flickers; an answer that was overtaken is dropped.
 */
export function useRunList(query: Readonly<Ref<RunQueryInput>>) {
  const listed = shallowRef<(RunRow | undefined)[]>([])
  const totalRuns = shallowRef(0)
  const loaded = shallowRef(false)
  const error = shallowRef<ApiError>()
  const expanded = shallowRef<ReadonlySet<string>>(new Set())
  const members = shallowRef<ReadonlyMap<string, readonly RunRow[]>>(new Map())
  const inSight = { first: 0, last: 40 }
  let generation = 0
  let asked = new Set<number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let dueAt = 0

  const rows = computed(() => layOutRows(listed.value, expanded.value, members.value))

  /** Asks anew for the pages in sight; the others are asked for when they come into sight. */
  async function reload(): Promise<void> {
    generation += 1
    const mine = generation
    const [first, last] = pagesInSight()
    asked = new Set()
    for (let page = first; page <= last; page++) asked.add(page)
    try {
      const answers = await Promise.all([...asked].map(loadPage))
      if (mine !== generation) return
      const [any] = answers
      const next = Array.from<RunRow | undefined>({ length: any?.total ?? 0 })
      for (const answer of answers) place(next, answer)
      totalRuns.value = any?.totalRuns ?? 0
      await refreshMembers(next, mine)
      if (mine !== generation) return
      listed.value = next
      error.value = undefined
    } catch (cause) {
      if (mine !== generation) return
      error.value = toApiError(cause)
    }
    loaded.value = true
    // The list may have become shorter or longer than what was asked for.
    void fill()
  }

  async function fill(): Promise<void> {
    const mine = generation
    const [first, last] = pagesInSight()
    for (let page = first; page <= last; page++) {
      if (asked.has(page) || page * pageSize >= listed.value.length) continue
      asked.add(page)
      try {
        const answer = await loadPage(page)
        if (mine !== generation) return
        const next = [...listed.value]
        place(next, answer)
        listed.value = next
      } catch (cause) {
        asked.delete(page)
        error.value = toApiError(cause)
      }
    }
  }

  const loadPage = (page: number) =>
    call('runs.list', { ...query.value, offset: page * pageSize, limit: pageSize })

  function place(into: (RunRow | undefined)[], answer: { offset: number; rows: RunRow[] }) {
    for (const [i, row] of answer.rows.entries()) into[answer.offset + i] = row
  }

  function pagesInSight(): [number, number] {
    const last = Math.max(0, listed.value.length - 1)
    return [
      Math.floor(Math.min(last, baseIndex(inSight.first)) / pageSize),
      Math.floor(Math.min(last, baseIndex(inSight.last)) / pageSize),
    ]
  }

  /** The listed row at a row of the table: opened groups push what is below them down. */
  function baseIndex(index: number): number {
    if (expanded.value.size === 0) return index
    let at = 0
    for (const [base, row] of listed.value.entries()) {
      at += 1 + (row && expanded.value.has(row.key) && row.ids.length > 1 ? row.ids.length : 0)
      if (at > index) return base
    }
    return index
  }

  async function loadMembers(row: RunRow): Promise<readonly RunRow[]> {
    const wanted: CallInput<'runs.list'> = {
      show: query.value.show,
      columns: query.value.columns,
      filter: { op: 'ids', of: row.ids },
      group: null,
      limit: Math.min(1000, row.ids.length),
    }
    const { rows: found } = await call('runs.list', wanted)
    const byId = new Map(found.map((member) => [member.run.id, member]))
    return row.ids.flatMap((id) => byId.get(id) ?? [])
  }

  async function refreshMembers(among: readonly (RunRow | undefined)[], mine: number) {
    const open = among.filter((row) => row && expanded.value.has(row.key)) as RunRow[]
    const pairs = await Promise.all(
      open.map(async (row) => [row.key, await loadMembers(row)] as const),
    )
    if (mine === generation) members.value = new Map(pairs)
  }

  async function expand(row: RunRow, open: boolean): Promise<void> {
    const next = new Set(expanded.value)
    if (open) next.add(row.key)
    else next.delete(row.key)
    expanded.value = next
    if (open) members.value = new Map(members.value).set(row.key, await loadMembers(row))
  }

  function onRange(first: number, last: number): void {
    inSight.first = first
    inSight.last = last
    void fill()
  }

  /** Reloads after the delay, or when it was to be reloaded anyway, if that is sooner. */
  function reloadIn(delay: number): void {
    const at = performance.now() + delay
    if (timer !== undefined && at >= dueAt) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(() => {
      timer = undefined
      void reload()
    }, delay)
  }

  watch(
    () => JSON.stringify(query.value),
    () => void reload(),
    { immediate: true },
  )
  watch(
    () => JSON.stringify([query.value.group, query.value.show]),
    () => (expanded.value = new Set()),
  )
  useEvent('run.changed', () => reloadIn(changeDelayMs))
  useEvent('run.points', () => reloadIn(liveEveryMs))
  onScopeDispose(() => {
    generation += 1
    clearTimeout(timer)
  })

  /** Of all rows of the query, loaded or not. */
  async function allIds(): Promise<string[]> {
    const ids: string[] = []
    for (let offset = 0; ; offset += 1000) {
      const question = { ...query.value, columns: [], group: null, offset, limit: 1000 }
      const page = await call('runs.list', question)
      ids.push(...page.rows.map((row) => row.run.id))
      if (offset + 1000 >= page.total) return ids
    }
  }

  return { rows, listed, totalRuns, loaded, error, expanded, expand, onRange, reload, allIds }
}
