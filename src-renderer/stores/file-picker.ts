import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { call } from '../transport/transport.ts'

export interface PickRequest {
  kind: 'file' | 'folder'
  title: string
  /** Endings to show, without dots; none: all files. */
  extensions?: readonly string[]
  startIn?: string
}

/**
 * Asks the user for a file or folder on the core's machine: the system's dialog in the window, our own
 * (layout/FilePicker.vue) in the served app. `undefined`: closed without choosing.
 *
 *     const path = await useFilePicker().pick({ kind: 'file', title: t('open'), extensions: ['tsv'] })
 */
export const useFilePicker = defineStore('file picker', () => {
  const request = shallowRef<PickRequest>()
  let answer: ((path: string | undefined) => void) | undefined

  async function pick(wanted: PickRequest): Promise<string | undefined> {
    const { kind, title, extensions = [], startIn } = wanted
    const native = await call('fs.pick', {
      kind,
      title,
      filters: extensions.length > 0 ? [{ name: title, extensions: [...extensions] }] : [],
      ...(startIn === undefined ? {} : { startIn }),
    })
    if (native.supported) return native.path ?? undefined
    answer?.(undefined)
    request.value = wanted
    return await new Promise((resolve) => (answer = resolve))
  }

  function finish(path: string | undefined): void {
    request.value = undefined
    answer?.(path)
    answer = undefined
  }
  return { request, pick, finish }
})
