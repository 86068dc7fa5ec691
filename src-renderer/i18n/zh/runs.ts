import type { Translated } from '../catalogue.ts'
import type { runs as en } from '../en/runs.ts'

export const runs: Translated<typeof en> = {
  title: '运行列表',
}
