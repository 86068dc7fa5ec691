import type { Translated } from '../catalogue.ts'
import type { newRun as en } from '../en/new-run.ts'

export const newRun: Translated<typeof en> = {
  title: '新建运行',
}
