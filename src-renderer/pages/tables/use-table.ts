import { tableRecipe, type TableRecipe } from '@shared/tables/recipe.ts'
import { computed, shallowRef, watch } from 'vue'
import { useCall } from '~/composables/use-call.ts'
import { asJson, asText, useQueryState } from '~/composables/use-query-state.ts'
import { call } from '~/transport/transport.ts'

/**
 * The table on the page. The address holds which saved one it is and, once it was changed, the whole recipe: a
 * table can be linked to and reloaded before it is saved.
 */
export function useTable() {
  // Opening a table is a step of the history, typing a label is none: whichever is set first decides.
  const savedId = useQueryState('table', '', asText, { push: true })
  const draft = useQueryState<TableRecipe | null>(
    'recipe',
    null,
    asJson<TableRecipe | null>((value) => tableRecipe.safeParse(value).data),
  )
  const { data: list } = useCall('tables.list', {}, { on: { 'tables.changed': true } })
  const saved = computed(() => list.value?.tables.find(({ id }) => id === savedId.value))
  const recipe = computed<TableRecipe | null>(() => draft.value ?? saved.value?.recipe ?? null)
  const isChanged = computed(() => draft.value !== null)

  const { data: fields, error: fieldsError } = useCall(
    'tables.fields',
    () => ({ runs: recipe.value?.runs ?? {} }),
    { on: { 'run.changed': true, 'suite.changed': true }, throttleMs: 2000 },
  )
  const {
    data: evaluated,
    error,
    loading,
    reload,
  } = useCall('tables.evaluate', () => (recipe.value ? { recipe: recipe.value } : null), {
    on: { 'run.changed': true, 'suite.changed': true },
    throttleMs: 1000,
  })
  // The answer before is another table's once another is chosen.
  const shown = shallowRef<{
    recipe: TableRecipe
    table: NonNullable<typeof evaluated.value>['table']
  }>()
  watch(evaluated, (answer) => {
    shown.value = answer && recipe.value ? { recipe: recipe.value, table: answer.table } : undefined
  })

  return {
    list,
    saved,
    savedId,
    recipe,
    isChanged,
    fields,
    fieldsError,
    shown,
    error,
    loading,
    reload,
    edit(next: TableRecipe) {
      draft.value = next
    },
    open(id: string) {
      savedId.value = id
      draft.value = null
    },
    begin(next: TableRecipe) {
      savedId.value = ''
      draft.value = next
    },
    close() {
      savedId.value = ''
      draft.value = null
    },
    async save(name: string, asNew: boolean) {
      if (!recipe.value) return undefined
      const id = asNew ? undefined : saved.value?.id
      const answer = await call('tables.save', {
        ...(id === undefined ? {} : { id }),
        recipe: { ...recipe.value, name },
      })
      draft.value = null
      savedId.value = answer.id
      return answer
    },
  }
}

export type Table = ReturnType<typeof useTable>
