import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, type ComputedRef } from 'vue'
import type { IconName } from '../components/icons.ts'

/** Something the command palette offers. */
export interface Command {
  id: string
  label: string
  icon?: IconName
  /** Shown beside it: ['G', 'R']. */
  keys?: readonly string[]
  /** Other words to find it by. */
  words?: string
  run: () => void
}

/** Commands of whatever is on screen; pages add theirs with `useCommands`. */
export const useCommandStore = defineStore('commands', () => {
  const sources = shallowRef<readonly (() => readonly Command[])[]>([])
  const commands: ComputedRef<Command[]> = computed(() => sources.value.flatMap((list) => list()))
  const paletteOpen = shallowRef(false)
  const shortcutsOpen = shallowRef(false)

  function add(list: () => readonly Command[]): () => void {
    sources.value = [...sources.value, list]
    return () => {
      sources.value = sources.value.filter((other) => other !== list)
    }
  }
  return { commands, paletteOpen, shortcutsOpen, add }
})

/** Offers these commands in the palette as long as the component lives. */
export function useCommands(list: () => readonly Command[]): void {
  onScopeDispose(useCommandStore().add(list))
}
