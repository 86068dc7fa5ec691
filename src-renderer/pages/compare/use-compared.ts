import type { RunBrief } from '@shared/contract/run-query.ts'
import { computed } from 'vue'
import { useCall } from '~/composables/use-call.ts'
import { asList, oneOf, useQueryState } from '~/composables/use-query-state.ts'

export const mostRuns = 100
/** A line a run, or a line a configuration over its seeds, with a band. */
export const lineKinds = ['run', 'group'] as const
export const bands = ['minmax', 'std'] as const

export interface ComparedGroup {
  hash: string
  /** Newest of them; names and settings are its. */
  first: RunBrief
  runs: RunBrief[]
  name: string
}

/** The runs in the address, as runs and as groups of seeds, each with its colour. */
export function useCompared() {
  const ids = useQueryState<string[]>('runs', [], asList)
  const lines = useQueryState<(typeof lineKinds)[number]>('lines', 'run', oneOf(lineKinds))
  const band = useQueryState<(typeof bands)[number]>('band', 'minmax', oneOf(bands))
  const wanted = computed(() => ids.value.slice(0, mostRuns))

  const { data, error, reload } = useCall(
    'runs.list',
    () =>
      wanted.value.length === 0
        ? null
        : { filter: { op: 'ids', of: wanted.value }, group: null, limit: mostRuns },
    {
      on: { 'run.changed': ({ ids: changed }) => changed.some((id) => wanted.value.includes(id)) },
    },
  )
  /** In the address's order, which does not change when a run does. */
  const runs = computed<RunBrief[]>(() => {
    if (wanted.value.length === 0) return []
    const byId = new Map(data.value?.rows.map(({ run }) => [run.id, run]))
    return wanted.value.flatMap((id) => byId.get(id) ?? [])
  })
  const groups = computed<ComparedGroup[]>(() => {
    const byHash = [...Map.groupBy(runs.value, (run) => run.groupHash)]
    const named = byHash.flatMap(([hash, members]) => {
      const [first] = members
      return first ? [{ hash, first, runs: members, name: first.name }] : []
    })
    // Two configurations of one name are told apart by the id of their first run.
    const counts = Map.groupBy(named, ({ name }) => name)
    return named.map((group) =>
      (counts.get(group.name)?.length ?? 0) > 1
        ? { ...group, name: `${group.name} · ${group.first.id.slice(0, 4)}` }
        : group,
    )
  })
  /** What a run is called among the compared ones: its seed too where the name does not tell it apart. */
  const names = computed(() => {
    const counts = Map.groupBy(runs.value, ({ name }) => name)
    return new Map(
      runs.value.map((run) => {
        const alike = counts.get(run.name) ?? []
        if (alike.length === 1) return [run.id, run.name]
        const bySeed = alike.filter(({ seed }) => seed === run.seed).length === 1
        return [
          run.id,
          bySeed ? `${run.name} · ${run.seed}` : `${run.name} · ${run.id.slice(0, 4)}`,
        ]
      }),
    )
  })
  const nameOf = (id: string) => names.value.get(id) ?? id

  const add = (id: string) => {
    if (!ids.value.includes(id)) ids.value = [...ids.value, id].slice(0, mostRuns)
  }
  const remove = (gone: readonly string[]) =>
    (ids.value = ids.value.filter((id) => !gone.includes(id)))

  return {
    ids,
    wanted,
    runs,
    groups,
    nameOf,
    lines,
    band,
    error,
    reload,
    add,
    remove,
    loaded: data,
  }
}

export type Compared = ReturnType<typeof useCompared>
