import { computed, shallowRef, type Ref } from 'vue'
import type { Direction, DirectionMaps } from './direction-maps.ts'
import type { PinnedWord } from './use-attention-state.ts'

export interface Cell {
  row: number
  column: number
}

/**
 * The pair of words pointed at, the same in all maps of both directions, and the word that stays chosen
 * (in the address).
 */
export function usePointing(word: Ref<PinnedWord | undefined>) {
  const at = shallowRef<{ x: number; y: number }>()
  const cursors = computed<Record<Direction, Cell | undefined>>(() => ({
    x_to_y: at.value && { row: at.value.x, column: at.value.y },
    y_to_x: at.value && { row: at.value.y, column: at.value.x },
  }))
  function point(direction: Direction, cell: Cell | undefined) {
    at.value =
      cell &&
      (direction === 'x_to_y' ? { x: cell.row, y: cell.column } : { x: cell.column, y: cell.row })
  }

  const rowsAre = (direction: Direction) => (direction === 'x_to_y' ? 'x' : 'y')
  const pinnedIn = ({ direction, rowTokens }: DirectionMaps): number | undefined => {
    const pinned = word.value
    if (pinned?.text !== rowsAre(direction) || pinned.index >= rowTokens.length) return undefined
    return pinned.index
  }
  /** The row whose weights are shown over the words. */
  const rowOf = (view: DirectionMaps): number => {
    const pointed = cursors.value[view.direction]?.row
    if (pointed !== undefined && pointed < view.rowTokens.length) return pointed
    return pinnedIn(view) ?? 0
  }
  function pin(direction: Direction, row: number | undefined) {
    word.value = row === undefined ? undefined : { text: rowsAre(direction), index: row }
  }
  return { cursors, point, pinnedIn, rowOf, pin }
}
