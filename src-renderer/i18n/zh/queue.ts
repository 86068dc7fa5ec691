import type { Translated } from '../catalogue.ts'
import type { queue as en } from '../en/queue.ts'

export const queue: Translated<typeof en> = {
  title: '队列',
}
