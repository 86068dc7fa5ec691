import type { KeyOf, Messages } from './i18n/catalogue.ts'
import type { IconName } from './components/icons.ts'

export interface PageEntry {
  /** Its route's name and folder. */
  name: string
  path: string
  label: Extract<KeyOf<Messages['shell']>, `nav.${string}`>
  icon: IconName
  /** With `g` before it: g h goes to Home. */
  key: string
}

/** The pages of the sidebar, in its order. Their routes stand in router.ts. */
export const pages = [
  { name: 'home', path: '/', label: 'nav.home', icon: 'home', key: 'h' },
  { name: 'new-run', path: '/new', label: 'nav.newRun', icon: 'plus', key: 'n' },
  { name: 'runs', path: '/runs', label: 'nav.runs', icon: 'table', key: 'r' },
  { name: 'run', path: '/run', label: 'nav.run', icon: 'run', key: 'l' },
  { name: 'compare', path: '/compare', label: 'nav.compare', icon: 'compare', key: 'c' },
  { name: 'suites', path: '/suites', label: 'nav.suites', icon: 'group', key: 'e' },
  { name: 'tables', path: '/tables', label: 'nav.tables', icon: 'columns', key: 't' },
  { name: 'efficiency', path: '/efficiency', label: 'nav.efficiency', icon: 'clock', key: 'f' },
  { name: 'playground', path: '/playground', label: 'nav.playground', icon: 'play', key: 'p' },
  { name: 'attention', path: '/attention', label: 'nav.attention', icon: 'attention', key: 'a' },
  { name: 'queue', path: '/queue', label: 'nav.queue', icon: 'queue', key: 'q' },
  { name: 'settings', path: '/settings', label: 'nav.settings', icon: 'settings', key: 's' },
] as const satisfies readonly PageEntry[]

export type PageName = (typeof pages)[number]['name']
