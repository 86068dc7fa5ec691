import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { EventName } from '../../src-shared/contract/events.ts'
import type { WindowBridge } from '../../src-shared/window-bridge.ts'
import type { InvokeChannels, PushChannels, SendChannels } from './channels.ts'

/**
 * All that the page gets of Electron: `virtlab.call` and `virtlab.subscribe`. It runs sandboxed, so it is
 * bundled to one CommonJS file that requires nothing but Electron's own few modules.
 */
const invoke = <C extends keyof InvokeChannels>(
  channel: C,
  ...args: Parameters<InvokeChannels[C]>
) => ipcRenderer.invoke(channel, ...args) as ReturnType<InvokeChannels[C]>
const send = <C extends keyof SendChannels>(channel: C, ...args: SendChannels[C]) =>
  ipcRenderer.send(channel, ...args)
const onPush = <C extends keyof PushChannels>(
  channel: C,
  listener: (...args: PushChannels[C]) => void,
) =>
  ipcRenderer.on(channel, (_event: IpcRendererEvent, ...args: unknown[]) =>
    listener(...(args as PushChannels[C])),
  )

const listeners = new Map<EventName, Set<(payload: never) => void>>()

onPush('virtlab:event', (event, payload) => {
  for (const listener of listeners.get(event) ?? []) listener(payload as never)
})

const bridge: WindowBridge = {
  call: (name, input) => invoke('virtlab:call', name, input),
  subscribe(event, listener) {
    const known = listeners.get(event) ?? new Set()
    listeners.set(event, known)
    // The same function may subscribe twice; each subscription ends by itself.
    const own = (payload: never) => listener(payload)
    known.add(own)
    if (known.size === 1) send('virtlab:subscribe', event)
    return () => {
      if (known.delete(own) && known.size === 0) send('virtlab:unsubscribe', event)
    }
  },
}

contextBridge.exposeInMainWorld('virtlab', bridge)
