import type { ColumnRef, RunFilter, RunQuery, RunQueryInput } from '@shared/contract/run-query.ts'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { SortBy } from '~/components/table/columns.ts'
import { asJson, asList, asText, oneOf, useQueryState } from '~/composables/use-query-state.ts'
import { columnOf, fieldId, usualColumns } from './column-id.ts'
import { parseFilter } from './filter-model.ts'

export const shows = ['active', 'archived', 'deleted'] as const
/** `config`, `none`, or ids of columns. */
export type GroupBy = 'config' | 'none' | string[]

const groupCodec = {
  read: (text: string): GroupBy | undefined => {
    if (text === 'config' || text === 'none') return text
    const ids = text.split(',').filter((id) => columnOf(id))
    return ids.length > 0 ? ids : undefined
  },
  write: (group: GroupBy) => (typeof group === 'string' ? group : group.join(',')),
}
const sortCodec = {
  read: (text: string): readonly SortBy[] =>
    text.split(',').flatMap((part) => {
      const descending = part.startsWith('-')
      const id = descending ? part.slice(1) : part
      return columnOf(id) ? [{ id, descending }] : []
    }),
  write: (sort: readonly SortBy[]) =>
    sort.map(({ id, descending }) => (descending ? `-${id}` : id)).join(','),
}

/** All that the table shows is in the address: link to it, reload it, go back to it. */
export function useRunsState() {
  const search = useQueryState('q', '', asText)
  const show = useQueryState<(typeof shows)[number]>('show', 'active', oneOf(shows), { push: true })
  const filter = useQueryState<RunFilter | null>(
    'filter',
    null,
    asJson<RunFilter | null>((value) => parseFilter(value)),
    { push: true },
  )
  const group = useQueryState<GroupBy>('group', 'config', groupCodec, { push: true })
  const sort = useQueryState<readonly SortBy[]>('sort', [], sortCodec)
  const columns = useQueryState<string[]>('columns', usualColumns, asList)
  const pinned = useQueryState<string[]>('pinned', [fieldId('name')], asList)

  const refs = computed(() => columns.value.flatMap((id) => columnOf(id) ?? []))
  const groupBy = computed<RunQuery['group']>(() => {
    if (group.value === 'none') return null
    if (group.value === 'config') return 'config'
    return group.value.flatMap((id) => columnOf(id) ?? [])
  })
  const fullFilter = computed<RunFilter | undefined>(() => {
    const text = search.value.trim()
    const parts: RunFilter[] = []
    if (text !== '') parts.push({ op: 'text', text })
    if (filter.value) parts.push(filter.value)
    const [only] = parts
    if (parts.length < 2) return only
    return { op: 'and', of: parts }
  })

  const query = computed<RunQueryInput>(() => ({
    ...(fullFilter.value ? { filter: fullFilter.value } : {}),
    show: show.value,
    columns: refs.value,
    sort: sort.value.flatMap(({ id, descending }) => {
      const column = columnOf(id)
      return column ? [{ column, descending }] : []
    }),
    group: groupBy.value,
  }))

  /** Where a column's value stands in a row's cells. */
  const cellIndex = computed(() => {
    const places = new Map<string, { index: number; column: ColumnRef }>()
    let index = 0
    for (const id of columns.value) {
      const column = columnOf(id)
      if (column) places.set(id, { index: index++, column })
    }
    return places
  })

  const route = useRoute()
  const router = useRouter()
  /** As a saved view keeps it. */
  const address = () =>
    Object.fromEntries(Object.entries(route.query).filter(([, value]) => typeof value === 'string'))
  const goTo = (saved: Record<string, unknown>) => {
    const texts = Object.entries(saved).filter(([, value]) => typeof value === 'string')
    return router.push({ query: Object.fromEntries(texts) as Record<string, string> })
  }

  return { search, show, filter, group, sort, columns, pinned, query, cellIndex, address, goTo }
}

export type RunsState = ReturnType<typeof useRunsState>
