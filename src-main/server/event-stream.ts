import type { IncomingMessage, ServerResponse } from 'node:http'
import { encodeWire } from '../../src-shared/contract/wire.ts'
import type { EventHub } from '../api/event-hub.ts'

const heartbeatMs = 15_000
/** A reader that is this far behind is cut off; it comes again and asks for what it shows. */
const maxBacklogBytes = 32 * 2 ** 20

/**
 * GET /events: every event as a server-sent one, `data` being MessagePack in base64 (the stream is text).
 * A comment now and then keeps tunnels open and finds out that a reader is gone.
 */
export function streamEvents(
  events: EventHub,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  })
  response.write(': open\n\n')
  const write = (text: string) => {
    if (response.writableLength > maxBacklogBytes) response.destroy()
    else response.write(text)
  }
  const end = events.subscribeAll((event, payload) => {
    const data = Buffer.from(encodeWire(payload)).toString('base64')
    write(`event: ${event}\ndata: ${data}\n\n`)
  })
  const heart = setInterval(() => write(': still here\n\n'), heartbeatMs)
  heart.unref()
  const stop = () => {
    clearInterval(heart)
    end()
  }
  request.once('close', stop)
  response.once('close', stop)
}
