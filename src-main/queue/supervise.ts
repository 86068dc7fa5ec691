import { fork, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import {
  trainerMessage,
  type CoreMessage,
  type ProgressMessage,
  type StartMessage,
  type TrainerBatch,
  type TrainerMessage,
} from '../../src-shared/protocol.ts'
import type { RunError } from '../../src-shared/run-record.ts'
import { layout } from '../layout.ts'

/** How a trainer's life ended. */
export interface TrainerEnd {
  status: 'completed' | 'stopped' | 'failed' | 'crashed'
  error: RunError | null
  /** The failure is one that the user can mend. */
  userError: boolean
  exit: { code: number | null; signal: string | null }
}

export interface TrainerHooks {
  /** Writes a batch and returns the last durable seq. */
  writeBatch(batch: TrainerBatch): number
  progress(message: ProgressMessage): void
  /** A line that the process printed; not a log line of the protocol. */
  printed(source: 'stdout' | 'stderr', line: string): void
}

export interface SupervisedTrainer {
  readonly pid: number | undefined
  readonly ended: Promise<TrainerEnd>
  /** Asks for a checkpoint and an end. */
  stop(): void
  kill(): void
}

/** A trainer that has said its last word leaves by itself; this long it may take. */
const exitGraceMs = 30_000
/** How long after its exit a grandchild may hold its pipes open. */
const closeGraceMs = 3_000
const keptStderrLines = 30

/**
 * Forks a trainer, starts its run and answers its messages until it is gone. Every message is checked;
 * one that does not fit the protocol, or a batch that cannot be written, ends the run as failed.
 * The trainer runs in a session of its own, so that Ctrl+C in a terminal reaches the core only.
 */
export function superviseTrainer(
  { entry, env }: { entry: string; env: Readonly<Record<string, string>> },
  start: StartMessage,
  hooks: TrainerHooks,
): SupervisedTrainer {
  const child = fork(entry, {
    execPath: layout.node,
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const stderr: string[] = []
  readLines(child.stderr, (line) => {
    stderr.push(line)
    if (stderr.length > keptStderrLines) stderr.shift()
    hooks.printed('stderr', line)
  })
  child.on('error', (error) => stderr.push(error.message))
  readLines(child.stdout, (line) => hooks.printed('stdout', line))

  let said: Pick<TrainerEnd, 'status' | 'error' | 'userError'> | undefined
  let killed = false
  const kill = () => {
    killed = true
    child.kill('SIGKILL')
  }
  const conclude = (end: NonNullable<typeof said>) => {
    said ??= end
    setTimeout(kill, exitGraceMs).unref()
  }
  const send = (message: CoreMessage) => {
    if (child.connected) child.send(message)
  }
  child.on('message', (raw: unknown) => {
    if (said) return
    try {
      const end = answer(trainerMessage.parse(raw), start.runId, hooks, send)
      if (end) conclude(end)
    } catch (error) {
      conclude({ status: 'failed', userError: false, error: defectOf(error) })
      kill()
    }
  })
  send(start)

  const ended = exitOf(child).then((exit): TrainerEnd => {
    if (said) return { ...said, exit }
    const status = killed ? 'stopped' : 'crashed'
    return { status, error: crashError(exit, stderr, killed), userError: false, exit }
  })
  return { pid: child.pid, ended, stop: () => send({ type: 'stop' }), kill }
}

/** Returns how the run ended when this was the trainer's last word. */
function answer(
  message: TrainerMessage,
  runId: string,
  hooks: TrainerHooks,
  send: (message: CoreMessage) => void,
): Pick<TrainerEnd, 'status' | 'error' | 'userError'> | undefined {
  if (message.runId !== runId)
    throw new Error(`a message for run ${message.runId} came from ${runId}`)
  switch (message.type) {
    case 'batch':
      send({ type: 'ack', seq: hooks.writeBatch(message) })
      return undefined
    case 'progress':
      hooks.progress(message)
      return undefined
    case 'finished':
      return { status: message.outcome, error: null, userError: false }
    case 'failed': {
      const { message: text, where = null, fix = null, stack = null, userError } = message
      return { status: 'failed', userError, error: { message: text, where, fix, stack } }
    }
  }
}

function defectOf(error: unknown): RunError {
  const message =
    error instanceof z.ZodError
      ? `the trainer sent a message that is none: ${z.prettifyError(error)}`
      : `what the trainer sent could not be stored: ${error instanceof Error ? error.message : String(error)}`
  const stack = error instanceof Error ? (error.stack ?? null) : null
  return { message, where: null, fix: null, stack }
}

function crashError(exit: TrainerEnd['exit'], stderr: string[], killed: boolean): RunError {
  const how = exit.signal ? `by ${exit.signal}` : `with exit code ${String(exit.code)}`
  const guess =
    exit.signal === 'SIGKILL' && !killed ? '; the system may have run out of memory' : ''
  return {
    message: killed
      ? 'the trainer was killed on request'
      : `the trainer process ended ${how} before it was done${guess}`,
    where: null,
    fix: null,
    stack: stderr.length > 0 ? stderr.join('\n') : null,
  }
}

/** Resolves when the process is gone and everything it sent and printed has been read. */
function exitOf(child: ChildProcess): Promise<TrainerEnd['exit']> {
  return new Promise((resolve) => {
    let exit: TrainerEnd['exit'] = { code: null, signal: null }
    child.once('error', () => {
      // Only when it could not be started at all; otherwise `exit` follows.
      if (child.pid === undefined) resolve(exit)
    })
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      setTimeout(() => resolve(exit), closeGraceMs).unref()
    })
    child.once('close', () => resolve(exit))
  })
}

function readLines(stream: Readable | null, take: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on('line', take)
}
