import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface BundleRequest {
  runs: readonly string[]
  suites: readonly string[]
  /** What the file is called, without its ending. */
  name: string
}

/** What the export dialog (layout/BundleDialog.vue) is open for; undefined: it is closed. */
export const useBundle = defineStore('bundle', () => ({ request: shallowRef<BundleRequest>() }))
