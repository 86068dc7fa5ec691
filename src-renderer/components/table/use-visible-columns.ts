import { useScroll } from '@vueuse/core'
import { computed, type Ref } from 'vue'
import type { PlacedColumn } from './columns.ts'

const overscan = 240

/** Pinned columns, and of the others those in sight: a table may have hundreds. */
export function useVisibleColumns<Row>(
  scroller: Readonly<Ref<HTMLElement | null>>,
  placed: Readonly<Ref<PlacedColumn<Row>[]>>,
  width: Readonly<Ref<number>>,
) {
  const { x } = useScroll(scroller)
  const pinned = computed(() => placed.value.filter((column) => column.pinned))
  const loose = computed(() => placed.value.filter((column) => !column.pinned))
  const inSight = computed(() => {
    const from = x.value - overscan
    const to = x.value + (width.value || 1600) + overscan
    return loose.value.filter(({ left, width: own }) => left + own > from && left < to)
  })
  return { pinned, inSight }
}
