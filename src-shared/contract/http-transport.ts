import { apiError, ApiError } from './errors.ts'
import type { EventName } from './events.ts'
import type { CallName, CallOutput, Transport } from './index.ts'
import { decodeWire, encodeWire, wireMimeType } from './wire.ts'

export interface HttpTransportOptions {
  /** Of the served app, without a slash at its end; default: where the page came from. */
  origin?: string
  /** Sent with every request; a browser's cookie does it by itself. */
  headers?: Record<string, string>
  fetch?: typeof fetch
  /** Told when events stop coming and when they come again (what was missed is not sent again). */
  onConnection?: (connected: boolean) => void
}

export interface HttpTransport extends Transport {
  close(): void
}

/** Exchanges the token of the address's fragment for a cookie. Rejects with ApiError. */
export async function openSession(token: string, origin = ''): Promise<void> {
  const response = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': wireMimeType },
    body: encodeWire({ token }),
    credentials: 'same-origin',
  })
  if (!response.ok) throw await errorOf(response)
}

/** The contract over HTTP: POST /api/NAME for calls, one server-sent stream for all events. */
export function createHttpTransport(options: HttpTransportOptions = {}): HttpTransport {
  const { origin = '', headers = {}, fetch: send = fetch } = options
  const events = createEventStream(options)
  return {
    async call<N extends CallName>(name: N, input: unknown): Promise<CallOutput<N>> {
      const response = await send(`${origin}/api/${name}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': wireMimeType },
        body: encodeWire(input),
        credentials: 'same-origin',
      }).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        throw new ApiError({
          code: 'unavailable',
          message: `Virtlab does not answer: ${message}`,
          fix: 'Is `virtlab serve` still running?',
        })
      })
      if (!response.ok) throw await errorOf(response)
      // The server has checked it by the call's own schema.
      return decodeWire(await response.arrayBuffer()) as CallOutput<N>
    },
    subscribe: (event, listener) => events.add(event, listener as (payload: unknown) => void),
    close: () => events.close(),
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    return new ApiError(apiError.parse(decodeWire(await response.arrayBuffer())))
  } catch {
    const message = `${response.status} ${response.statusText}`
    return new ApiError({ code: 'unavailable', message })
  }
}

const reconnectMs = 1000

/** Opened with the first listener. Read with fetch rather than EventSource, which sends no headers. */
function createEventStream({
  origin = '',
  headers = {},
  fetch: send = fetch,
  onConnection,
}: HttpTransportOptions) {
  const listeners = new Map<EventName, Set<(payload: unknown) => void>>()
  let aborter: AbortController | undefined

  async function read(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const response = await send(`${origin}/events`, {
          headers,
          signal,
          credentials: 'same-origin',
        })
        if (!response.ok || !response.body) throw await errorOf(response)
        onConnection?.(true)
        for await (const message of messages(response.body)) dispatch(message)
      } catch {
        if (signal.aborted) return
      }
      onConnection?.(false)
      await new Promise((resolve) => setTimeout(resolve, reconnectMs))
    }
  }

  function dispatch({ event, data }: { event: string; data: string }): void {
    const of = listeners.get(event as EventName)
    if (!of) return
    const payload = decodeWire(bytesOfBase64(data))
    for (const listener of of) listener(payload)
  }

  return {
    add(event: EventName, listener: (payload: unknown) => void): () => void {
      const of = listeners.get(event) ?? new Set()
      listeners.set(event, of)
      of.add(listener)
      if (!aborter) {
        aborter = new AbortController()
        void read(aborter.signal)
      }
      return () => void of.delete(listener)
    },
    close() {
      aborter?.abort()
      aborter = undefined
    },
  }
}

/** Server-sent events of a stream (WHATWG HTML, "Server-sent events"); comments are dropped. */
async function* messages(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1]
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (event !== undefined && data !== undefined) yield { event, data }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text)
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
