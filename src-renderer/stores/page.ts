import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef, watchEffect } from 'vue'

export interface Crumb {
  label: string
  /** A route to go to; the last crumb has none. */
  to?: string
}

/** What the top bar shows of the open page. */
export const usePage = defineStore('page', () => {
  const crumbs = shallowRef<readonly Crumb[]>([])
  return { crumbs }
})

/** The page's place in the top bar and in the window's title; a getter, so that it follows the language. */
export function useCrumbs(list: () => readonly Crumb[]): void {
  const page = usePage()
  const stop = watchEffect(() => {
    const crumbs = list()
    page.crumbs = crumbs
    document.title = [...crumbs.map(({ label }) => label).reverse(), 'Virtlab'].join(' · ')
  })
  onScopeDispose(stop)
}
