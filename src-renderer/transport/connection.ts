import { shallowRef } from 'vue'

/** False while the core does not answer; the window's bridge is always connected. */
export const connected = shallowRef(true)
