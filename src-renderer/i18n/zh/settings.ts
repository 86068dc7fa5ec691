import type { Translated } from '../catalogue.ts'
import type { settings as en } from '../en/settings.ts'

export const settings: Translated<typeof en> = {
  title: '设置',
}
