import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { z } from 'zod'
import {
  ApiError,
  contract,
  events,
  type ApiErrorData,
  type CallName,
  type CallOutput,
  type CallRequest,
  type EventName,
  type EventOf,
} from '../../src-shared/contract/index.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { CallResult } from '../../src-shared/window-bridge.ts'
import { isOwn } from './app-origin.ts'
import type { InvokeChannels, PushChannels, SendChannels } from './channels.ts'

/** What answers the page: the core's API, or the shell for what only a window can do. */
export interface Answers {
  call<N extends CallName>(name: N, input: CallRequest<N>): Promise<CallOutput<N>>
  subscribe<N extends EventName>(event: N, listener: (payload: EventOf<N>) => void): () => void
}

/**
 * The one place where the page's messages come in. Each is dropped unless its sender is the top frame of a
 * page of ours; each call's input is parsed by the contract; each error becomes data. No other module
 * may use `ipcMain` (eslint).
 */
export function serveRenderer(answers: Answers): void {
  handle('virtlab:call', (name, input) => answer(answers, name, input))

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
      answers.subscribe(event, (payload) => push(page, 'virtlab:event', event, payload)),
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

async function answer(answers: Answers, name: string, input: unknown): Promise<CallResult<never>> {
  try {
    if (!Object.hasOwn(contract, name)) {
      throw new ApiError({ code: 'not_found', message: `there is no call ${name}` })
    }
    const known = name as CallName
    const parsed = contract[known].input.safeParse(input)
    if (!parsed.success) {
      const message = `${name}: ${z.prettifyError(parsed.error)}`
      throw new ApiError({ code: 'invalid', message })
    }
    const output = await answers.call(known, parsed.data)
    return { ok: true, output: output as never }
  } catch (error) {
    return { ok: false, error: errorData(error) }
  }
}

/** What the page is told of an error; a defect keeps its stack for the report on this side. */
export function errorData(error: unknown): ApiErrorData {
  if (error instanceof ApiError) return error.toData()
  if (error instanceof UserError) {
    const { message, where, fix } = error
    return new ApiError({
      code: 'user',
      message,
      ...(where === undefined ? {} : { where }),
      ...(fix === undefined ? {} : { fix }),
    }).toData()
  }
  console.error(error)
  return { code: 'defect', message: error instanceof Error ? error.message : String(error) }
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
