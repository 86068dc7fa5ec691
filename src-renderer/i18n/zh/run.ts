import type { Translated } from '../catalogue.ts'
import type { run as en } from '../en/run.ts'

export const run: Translated<typeof en> = {
  title: '运行详情',
}
