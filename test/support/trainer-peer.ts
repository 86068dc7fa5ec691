import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RunConfig } from '../../src-shared/config/run.ts'
import {
  trainerMessage,
  type ProgressMessage,
  type TrainerBatch,
  type TrainerMessage,
} from '../../src-shared/protocol.ts'

const entry = fileURLToPath(new URL('../../src-main/trainer/main.ts', import.meta.url))

export interface TrainerOptions {
  /** Another build of the trainer, and the Node to run it; default: the sources in this Node. */
  program?: { entry: string; execPath: string }
  config: RunConfig
  runDir: string
  dataDir: string
  teacherDir?: string
  resumeDir?: string
  nextSeq?: number
  onBatch?: (batch: TrainerBatch, trainer: ChildProcess) => void
  onProgress?: (progress: ProgressMessage, trainer: ChildProcess) => void
}

export interface TrainerResult {
  batches: TrainerBatch[]
  last: TrainerMessage | undefined
  exitCode: number | null
  signal: NodeJS.Signals | null
  stderr: string
}

/** Forks a real trainer, acknowledges every batch, and returns what it said until it exited. */
export async function runTrainer(options: TrainerOptions): Promise<TrainerResult> {
  const { program = { entry, execPath: process.execPath } } = options
  const child = fork(program.entry, {
    execPath: program.execPath,
    serialization: 'advanced',
    silent: true,
  })
  const batches: TrainerBatch[] = []
  let last: TrainerMessage | undefined
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.on('message', (raw) => {
    const message = trainerMessage.parse(raw)
    if (message.type === 'batch') {
      batches.push(message)
      if (child.connected) child.send({ type: 'ack', seq: message.seq })
      options.onBatch?.(message, child)
    } else if (message.type === 'progress') options.onProgress?.(message, child)
    else last = message
  })
  child.send({
    type: 'start',
    runId: 'test-run',
    config: options.config,
    runDir: options.runDir,
    dataDir: options.dataDir,
    teacherDir: options.teacherDir,
    resumeDir: options.resumeDir,
    nextSeq: options.nextSeq ?? 1,
  })
  return new Promise((resolve) => {
    child.on('exit', (exitCode, signal) => resolve({ batches, last, exitCode, signal, stderr }))
  })
}

/** Points of the deterministic series, `key@step → value`; speeds and times differ from run to run. */
export function deterministicPoints(batches: TrainerBatch[]): Map<string, number> {
  const points = new Map<string, number>()
  for (const { points: columns } of batches) {
    columns?.keyIndex.forEach((k, i) => {
      const key = columns.keys[k]!
      if (/per_second/.test(key)) return
      points.set(`${key}@${columns.step[i]}`, columns.value[i]!)
    })
  }
  return points
}

export function checkpointsOf(batches: TrainerBatch[], kind: 'best' | 'last') {
  return batches.flatMap((batch) => batch.checkpoints).filter((c) => c.kind === kind)
}
