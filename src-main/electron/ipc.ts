import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import {
  ApiError,
  events,
  type CallName,
  type EventName,
  type Transport,
} from '../../src-shared/contract/index.ts'
import type { CallResult } from '../../src-shared/window-bridge.ts'
import { isOwn } from './app-origin.ts'
import type { InvokeChannels, PushChannels, SendChannels } from './channels.ts'

/**
 * The one place where the page's messages come in. Each is dropped unless its sender is the top frame of a
 * page of ours. No other module may use `ipcMain` (eslint). Inputs are parsed and errors explained by the
 * API, for this way in as for the served app's.
 * @param api its `call` rejects with nothing but ApiError
 */
export function serveRenderer(api: Transport): void {
  handle('virtlab:call', (name, input) => answer(api, name, input))

  const subscriptions = new Map<WebContents, Map<EventName, () => void>>()
  const subscriptionsOf = (page: WebContents) => {
    const known = subscriptions.get(page)
    if (known) return known
    const made = new Map<EventName, () => void>()
    subscriptions.set(page, made)
    const endAll = () => {
      for (const end of made.values()) end()
      made.clear()
    }
    // A page that is loaded anew subscribes anew.
    page.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) endAll()
    })
    page.once('destroyed', () => {
      endAll()
      subscriptions.delete(page)
    })
    return made
  }
  on('virtlab:subscribe', (page, event) => {
    if (!Object.hasOwn(events, event)) return
    const own = subscriptionsOf(page)
    if (own.has(event)) return
    own.set(
      event,
      api.subscribe(event, (payload) => push(page, 'virtlab:event', event, payload)),
    )
  })
  on('virtlab:unsubscribe', (page, event) => {
    const own = subscriptionsOf(page)
    own.get(event)?.()
    own.delete(event)
  })
}

/** True for a message of a page of ours from its top frame; frames and strangers get no answer. */
export function isTrusted({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  // null: the frame navigated away or is gone by now.
  if (senderFrame === null || senderFrame !== sender.mainFrame) return false
  return isOwn(senderFrame.url)
}

/** Errors travel as data: of what a handler throws, Electron carries nothing but the message. */
async function answer(api: Transport, name: string, input: unknown): Promise<CallResult<never>> {
  try {
    // Neither is trusted: the API checks the name and parses the input by the contract.
    const output = await api.call(name as CallName, input as never)
    return { ok: true, output: output as never }
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, error: error.toData() }
    throw error
  }
}

function handle<C extends keyof InvokeChannels>(
  channel: C,
  handler: (...args: Parameters<InvokeChannels[C]>) => ReturnType<InvokeChannels[C]>,
): void {
  ipcMain.handle(channel, (event, ...args: unknown[]) => {
    if (!isTrusted(event)) throw new Error(`${channel}: refused`)
    return handler(...(args as Parameters<InvokeChannels[C]>))
  })
}

function on<C extends keyof SendChannels>(
  channel: C,
  listener: (page: WebContents, ...args: SendChannels[C]) => void,
): void {
  ipcMain.on(channel, (event, ...args: unknown[]) => {
    if (isTrusted(event)) listener(event.sender, ...(args as SendChannels[C]))
  })
}

function push<C extends keyof PushChannels>(
  page: WebContents,
  channel: C,
  ...args: PushChannels[C]
): void {
  if (!page.isDestroyed()) page.send(channel, ...args)
}
