import type { QueueItem } from '@shared/contract/queue.ts'
import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import { useAction } from '~/composables/use-action.ts'
import { useText } from '~/i18n/index.ts'
import { call } from '~/transport/transport.ts'

/**
 * The waiting runs in an order that follows at once when one is moved, and falls back to the core's where
 * the core refuses (a student before its teacher).
 */
export function useOrder(waitingOfCore: () => readonly QueueItem[], reload: () => Promise<void>) {
  const t = useText('queue')
  const { busy, run } = useAction()
  const wanted = shallowRef<readonly string[]>()
  const announcement = ref('')
  watch(waitingOfCore, () => (wanted.value = undefined))

  const waiting = computed(() => {
    const items = waitingOfCore()
    const order = wanted.value
    if (!order) return items
    return items.toSorted((a, b) => order.indexOf(a.run.id) - order.indexOf(b.run.id))
  })

  async function place(id: string, index: number): Promise<void> {
    const ids = waiting.value.map((item) => item.run.id)
    const from = ids.indexOf(id)
    const to = Math.max(0, Math.min(ids.length - 1, index))
    if (from < 0 || to === from) return
    ids.splice(to, 0, ...ids.splice(from, 1))
    wanted.value = ids
    const done = await run(() => call('queue.reorder', { runs: ids }))
    if (!done) wanted.value = undefined
    else {
      const name = waiting.value.find((item) => item.run.id === id)?.run.name ?? id
      announcement.value = t('moved', { name, n: to + 1, total: ids.length })
    }
    await reload()
  }

  /** By places: −1 up, 1 down, −∞ to the front. The focus stays with the run. */
  async function move(id: string, by: number): Promise<void> {
    const focused = document.activeElement
    await place(id, waiting.value.findIndex((item) => item.run.id === id) + by)
    await nextTick()
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus()
  }
  /** To where another run is. */
  const moveTo = (id: string, target: string) =>
    place(
      id,
      waiting.value.findIndex((item) => item.run.id === target),
    )

  return { waiting, move, moveTo, moving: busy, announcement }
}
