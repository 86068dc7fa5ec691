import { tinykeys } from 'tinykeys'
import { onScopeDispose } from 'vue'

/** ⌘ on a Mac, Ctrl elsewhere, as tinykeys' `$mod` means it. */
export const modKey = /mac/i.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/**
 * Keys of the whole window in tinykeys' notation (`$mod+K`, `g r`), as long as the component lives. Plain
 * letters are left alone while one types into a field, and everything while a dialog is open.
 */
export function useShortcuts(bindings: Record<string, (event: KeyboardEvent) => void>): void {
  const guarded = Object.fromEntries(
    Object.entries(bindings).map(([keys, run]) => [
      keys,
      (event: KeyboardEvent) => {
        if (isTyping(event) && !keys.includes('$mod')) return
        if (document.querySelector('[role=dialog][data-state=open]')) return
        event.preventDefault()
        run(event)
      },
    ]),
  )
  onScopeDispose(tinykeys(window, guarded))
}

export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=combobox]'))
  )
}
