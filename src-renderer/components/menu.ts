import type { IconName } from './icons.ts'

export interface MenuAction {
  kind?: 'action'
  label: string
  icon?: IconName
  /** At the right edge: a shortcut, a count. */
  detail?: string
  danger?: boolean
  disabled?: boolean
  /** Makes it a tick. */
  checked?: boolean
  run: () => void
}

export type MenuItem = MenuAction | { kind: 'separator' } | { kind: 'label'; label: string }
