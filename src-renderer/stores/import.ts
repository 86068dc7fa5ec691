import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Whether the import dialog (layout/ImportDialog.vue) is open. */
export const useImport = defineStore('import', () => ({ open: ref(false) }))
