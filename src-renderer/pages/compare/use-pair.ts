import { computed, type ComputedRef } from 'vue'
import type { Option } from '~/components/option.ts'
import { asText, useQueryState } from '~/composables/use-query-state.ts'

/**
 * Two different ones of a list, kept in the address; the first two where none are chosen, or where the chosen
 * are not there any more.
 *
 * @param queries their names in the address
 */
export function usePair<Item extends Option>(
  items: ComputedRef<readonly Item[]>,
  queries: { a: string; b: string },
) {
  const chosenA = useQueryState(queries.a, '', asText)
  const chosenB = useQueryState(queries.b, '', asText)
  const itemOf = (value: string) => items.value.find((item) => item.value === value)
  const a = computed(() => itemOf(chosenA.value) ?? items.value[0])
  const b = computed(() => {
    const chosen = itemOf(chosenB.value)
    return chosen && chosen !== a.value ? chosen : items.value.find((item) => item !== a.value)
  })
  function choose(side: 'a' | 'b', value: string) {
    const chosen = side === 'a' ? chosenA : chosenB
    chosen.value = value
  }
  function swap() {
    ;[chosenA.value, chosenB.value] = [b.value?.value ?? '', a.value?.value ?? '']
  }
  return { a, b, choose, swap }
}
