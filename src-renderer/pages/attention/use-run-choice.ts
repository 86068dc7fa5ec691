import type { RunBrief } from '@shared/contract/run-query.ts'
import { computed, shallowRef, watch, type Ref } from 'vue'
import { useCall } from '~/composables/use-call.ts'
import { call } from '~/transport/transport.ts'

/** How many of the newest runs are looked at for one that has maps. */
const tried = 12

/** Runs to choose from, newest first, and the one that is shown when the address names none. */
export function useRunChoice(chosen: Ref<string>) {
  const { data, error, reload } = useCall(
    'runs.list',
    { group: null, limit: 1000 },
    { on: { 'run.changed': ({ what }) => what !== 'labels' }, throttleMs: 1000 },
  )
  const runs = computed(() => data.value?.rows.map(({ run }) => run))
  const found = shallowRef<string>()
  const searching = shallowRef(true)

  // Without a run in the address: the newest that has something to show, students of a teacher first.
  watch(
    [runs, chosen],
    async () => {
      if (!runs.value || chosen.value !== '' || found.value !== undefined) {
        searching.value = runs.value === undefined && chosen.value === ''
        return
      }
      searching.value = true
      const taught = runs.value.filter(({ teacherId }) => teacherId !== null)
      const others = runs.value.filter(({ teacherId }) => teacherId === null)
      for (const { id } of [...taught.slice(0, tried), ...others.slice(0, tried)]) {
        const index = await call('attention.index', { id }).catch(() => undefined)
        if (!index || index.steps.length === 0) continue
        found.value = id
        break
      }
      searching.value = false
    },
    { immediate: true },
  )

  const id = computed(() => chosen.value || found.value || runs.value?.[0]?.id || '')
  const run = computed<RunBrief | undefined>(() => runs.value?.find((one) => one.id === id.value))
  return { runs, id, run, searching, error, reload }
}
