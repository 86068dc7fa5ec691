import type { Translated } from '../catalogue.ts'
import type { attention as en } from '../en/attention.ts'

export const attention: Translated<typeof en> = {
  title: '注意力',
}
