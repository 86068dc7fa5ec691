import type { EventOf } from '@shared/contract/index.ts'
import type { ProgressMessage } from '@shared/protocol.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { call, subscribe } from '../transport/transport.ts'

/** What trains now, over all pages: the queue's state and the last progress of every running run. */
export const useLive = defineStore('live', () => {
  const queue = shallowRef<EventOf<'queue.changed'>>({
    paused: false,
    running: [],
    waiting: [],
    elsewhere: [],
  })
  const progress = shallowRef<ReadonlyMap<string, ProgressMessage>>(new Map())

  async function load(): Promise<void> {
    subscribe('queue.changed', (changed) => {
      queue.value = changed
      const now = new Set(running.value)
      progress.value = new Map([...progress.value].filter(([id]) => now.has(id)))
    })
    subscribe('run.progress', (message) => {
      progress.value = new Map(progress.value).set(message.runId, message)
    })
    const { paused, running: items, waiting } = await call('queue.list', { recent: 0 })
    const ids = (state: 'running' | 'elsewhere') =>
      items.filter((item) => item.state === state).map(({ run }) => run.id)
    queue.value = {
      paused,
      running: ids('running'),
      waiting: waiting.map(({ run }) => run.id),
      elsewhere: ids('elsewhere'),
    }
    progress.value = new Map(
      items.flatMap((item) => (item.progress ? [[item.run.id, item.progress]] : [])),
    )
  }

  /** Here, and by other processes in this data folder. */
  const running = computed(() => [...queue.value.running, ...queue.value.elsewhere])
  return { queue, running, progress, load }
})
