import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { UserError } from '../../src-shared/errors.ts'
import {
  coreMessage,
  unsentFile,
  type StartMessage,
  type TrainerMessage,
} from '../../src-shared/protocol.ts'
import { explainFailure } from './explain-failure.ts'
import { Outbox } from './outbox.ts'
import { trainRun } from './train-run.ts'

/**
 * A trainer process: one run, one life. It is forked by the core, told what to train, and tells what
 * comes of it (src-shared/protocol.ts). It never opens the database. When the core goes away it writes a
 * checkpoint, leaves what was not acknowledged beside it, and exits.
 */
const FLUSH_EVERY_MS = 250
const PROGRESS_EVERY_MS = 200

let current: { start: StartMessage; outbox: Outbox } | undefined
let stopRequested = false

process.on('message', (raw) => {
  const message = coreMessage.parse(raw)
  switch (message.type) {
    case 'start':
      void runOnce(message)
      break
    case 'ack':
      current?.outbox.acknowledge(message.seq)
      break
    case 'stop':
      stopRequested = true
      break
  }
})
process.on('disconnect', () => {
  stopRequested = true
  if (!current) process.exit(1)
  current.outbox.abandon()
})
process.on('SIGTERM', () => (stopRequested = true))
// Ctrl+C in a terminal reaches the whole process group; the core decides and sends `stop`.
process.on('SIGINT', () => undefined)

async function runOnce(start: StartMessage): Promise<void> {
  if (current) throw new Error('a trainer trains one run')
  const { runId } = start
  mkdirSync(start.runDir, { recursive: true })
  const outbox = new Outbox(runId, start.nextSeq, send)
  current = { start, outbox }
  const flushing = setInterval(() => outbox.flush(), FLUSH_EVERY_MS)
  let lastProgress = 0
  let flushedAt = 0
  try {
    const outcome = await trainRun(start, outbox, {
      stopRequested: () => stopRequested,
      progress(report) {
        const now = performance.now()
        if (now - flushedAt > FLUSH_EVERY_MS) {
          outbox.flush() // timers starve while steps follow one another
          flushedAt = now
        }
        if (now - lastProgress < PROGRESS_EVERY_MS && report.phase === 'training') return
        lastProgress = now
        send({ type: 'progress', runId, ...report })
      },
    })
    await outbox.drained()
    if (outbox.abandoned) leaveUnsent(start, outbox)
    else send({ type: 'finished', runId, outcome })
    exitWhenSent(0)
  } catch (error) {
    outbox.log('error', error instanceof Error ? error.message : String(error))
    await outbox.drained()
    if (outbox.abandoned) leaveUnsent(start, outbox)
    send(failure(runId, error))
    exitWhenSent(1)
  } finally {
    clearInterval(flushing)
  }
}

function failure(runId: string, thrown: unknown): TrainerMessage {
  const error = explainFailure(thrown)
  if (error instanceof UserError) {
    const { message, where, fix } = error
    return { type: 'failed', runId, message, where, fix, userError: true }
  }
  const known = error instanceof Error ? error : new Error(String(error))
  return {
    type: 'failed',
    runId,
    message: known.message,
    userError: false,
    stack: known.stack,
  }
}

function send(message: TrainerMessage): void {
  if (!process.connected) return
  // The core may go away between the question and the sending. Without a callback that error would be
  // thrown at nobody and end the process before its checkpoint; the `disconnect` that follows is enough.
  process.send?.(message, undefined, undefined, () => undefined)
}

function exitWhenSent(code: number): void {
  process.exitCode = code
  if (process.connected) process.disconnect()
}

/** What the core never acknowledged, for the core that opens this data folder next. */
function leaveUnsent(start: StartMessage, outbox: Outbox): void {
  const path = join(start.runDir, unsentFile)
  writeFileSync(`${path}.unfinished`, serialize(outbox.unacknowledged()))
  renameSync(`${path}.unfinished`, path)
}
