import type { EventOf } from '@shared/contract/index.ts'
import type { ProgressMessage } from '@shared/protocol.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { call, subscribe } from '../transport/transport.ts'

/** What trains now, over all pages: the queue's state and the last progress of every running run. */
export const useLive = defineStore('live', () => {
  const queue = shallowRef<EventOf<'queue.changed'>>({ paused: false, running: [], waiting: [] })
  const progress = shallowRef<ReadonlyMap<string, ProgressMessage>>(new Map())

  async function load(): Promise<void> {
    subscribe('queue.changed', (changed) => {
      queue.value = changed
      const running = new Set(changed.running)
      progress.value = new Map([...progress.value].filter(([id]) => running.has(id)))
    })
    subscribe('run.progress', (message) => {
      progress.value = new Map(progress.value).set(message.runId, message)
    })
    const { paused, running, waiting } = await call('queue.list', { recent: 0 })
    queue.value = {
      paused,
      running: running.map(({ run }) => run.id),
      waiting: waiting.map(({ run }) => run.id),
    }
    progress.value = new Map(
      running.flatMap((item) => (item.progress ? [[item.run.id, item.progress]] : [])),
    )
  }

  const runningCount = computed(() => queue.value.running.length)
  return { queue, progress, runningCount, load }
})
