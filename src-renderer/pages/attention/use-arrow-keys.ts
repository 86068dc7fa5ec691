import { useEventListener } from '@vueuse/core'
import { isTyping } from '~/composables/use-shortcuts.ts'

/**
 * ← → and ↑ ↓ for the whole page, wherever the focus is on nothing that uses them itself (a field, a
 * slider, a map that is read cell by cell: those have handled the key before it comes here).
 */
export function useArrowKeys(move: { head: (by: number) => void; layer: (by: number) => void }) {
  useEventListener(window, 'keydown', (event) => {
    if (event.defaultPrevented || isTyping(event)) return
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (document.querySelector('[role=dialog][data-state=open], [role=menu], [role=listbox]'))
      return
    if (event.key === 'ArrowLeft') move.head(-1)
    else if (event.key === 'ArrowRight') move.head(1)
    else if (event.key === 'ArrowUp') move.layer(1)
    else if (event.key === 'ArrowDown') move.layer(-1)
    else return
    event.preventDefault()
  })
}
