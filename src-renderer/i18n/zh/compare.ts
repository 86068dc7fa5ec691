import type { Translated } from '../catalogue.ts'
import type { compare as en } from '../en/compare.ts'

export const compare: Translated<typeof en> = {
  title: '对比',
}
