/**
 * A trainer program for tests of the core: it speaks the protocol (src-shared/protocol.ts) for real, over
 * a real fork, and trains nothing. What it does is told by environment variables:
 *
 * PEER_STEPS     steps to "train" (default 20); each sends one batch with the points
 *                train/loss = 1/step and train/step_again = step
 * PEER_STEP_MS   time a step takes (default 1)
 * PEER_CHECKPOINT_EVERY  steps between checkpoints (default 10), real files with their real sha256
 * PEER_AT_END    exit-without-word | exit-code-3 | fail | fail-user | nonsense | other-run
 * PEER_CRASH_MODEL  only runs of this model type do PEER_AT_END (default: all)
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serialize } from 'node:v8'
import {
  coreMessage,
  unsentFile,
  type CheckpointRecord,
  type StartMessage,
  type TrainerBatch,
} from '../../src-shared/protocol.ts'

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const steps = number('PEER_STEPS', 20)
const stepMs = number('PEER_STEP_MS', 1)
const checkpointEvery = number('PEER_CHECKPOINT_EVERY', 10)
const atEnd = process.env['PEER_AT_END']

let stopRequested = false
let unacknowledged: TrainerBatch[] = []
let seq = 0

process.on('message', (raw) => {
  const message = coreMessage.parse(raw)
  if (message.type === 'stop') stopRequested = true
  if (message.type === 'ack') unacknowledged = unacknowledged.filter((b) => b.seq > message.seq)
  if (message.type === 'start') void run(message)
})
process.on('disconnect', () => (stopRequested = true))

async function run(start: StartMessage): Promise<void> {
  seq = start.nextSeq
  console.log(`peer starts with teacher ${start.teacherDir ? basename(start.teacherDir) : 'none'}`)
  const gpu = process.env['CUDA_VISIBLE_DEVICES']
  if (gpu !== undefined) console.log(`peer sees GPU ${gpu}`)
  console.error('peer warns')
  const first = start.resumeDir ? Number(readFileSync(join(start.resumeDir, 'step'), 'utf8')) : 0
  sendBatch(start, { facts: { backend: 'cpu', device: 'test peer', startedFrom: first } })
  let step = first
  while (step < steps && !stopRequested) {
    step++
    await sleep(stepMs)
    const checkpoint = step % checkpointEvery === 0
    sendBatch(start, {
      points: pointsAt(step),
      predictions: checkpoint ? [predictionAt(step)] : [],
      checkpoints: checkpoint ? writeCheckpoints(start, step) : [],
    })
    process.send?.({
      type: 'progress',
      runId: start.runId,
      phase: 'training',
      step,
      totalSteps: steps,
      epoch: 0,
      loss: 1 / step,
      devMetric: null,
      stepsPerSecond: 1000 / stepMs,
      etaSeconds: null,
    })
  }
  if (stopRequested) sendBatch(start, { checkpoints: writeCheckpoints(start, step) })
  if (!process.connected) {
    writeFileSync(join(start.runDir, unsentFile), serialize(unacknowledged))
    process.exit(0)
  }
  while (unacknowledged.length > 0) await sleep(1)
  if (isCrashing(start)) misbehave(start)
  else {
    const outcome = stopRequested ? 'stopped' : 'completed'
    process.send?.({ type: 'finished', runId: start.runId, outcome })
    process.disconnect()
  }
}

function pointsAt(step: number): TrainerBatch['points'] {
  return {
    keys: ['train/loss', 'train/step_again', ...(step % checkpointEvery ? [] : ['dev/accuracy'])],
    keyIndex: Uint16Array.from(step % checkpointEvery ? [0, 1] : [0, 1, 2]),
    step: new Float64Array(step % checkpointEvery ? 2 : 3).fill(step),
    value: Float64Array.from(
      [1 / step, step, 1 - 1 / step].slice(0, step % checkpointEvery ? 2 : 3),
    ),
    time: new Float64Array(step % checkpointEvery ? 2 : 3).fill(Date.now()),
  }
}

function predictionAt(step: number): TrainerBatch['predictions'][number] {
  const logits = Float32Array.from([step, -step])
  return { split: 'dev', exampleId: 'e1', x: 'a b', y: 'a c', label: 0, logits }
}

function writeCheckpoints(start: StartMessage, step: number): CheckpointRecord[] {
  const path = join('checkpoints', `step-${step}`)
  const weights = Buffer.from(`weights of step ${step}, seed ${start.config.training.seed}`)
  if (!existsSync(join(start.runDir, path))) {
    mkdirSync(join(start.runDir, path), { recursive: true })
    writeFileSync(join(start.runDir, path, 'model.safetensors'), weights)
    writeFileSync(join(start.runDir, path, 'step'), String(step))
  }
  const sha256 = createHash('sha256').update(weights).digest('hex')
  const record = { step, path, sha256, bytes: weights.length }
  return [
    { ...record, kind: 'last', metric: null },
    { ...record, kind: 'best', metric: 1 - 1 / Math.max(1, step) },
  ]
}

function sendBatch(start: StartMessage, content: Partial<TrainerBatch>): void {
  const batch: TrainerBatch = {
    logs: [],
    predictions: [],
    attention: [],
    checkpoints: [],
    system: [],
    ...content,
    type: 'batch',
    runId: start.runId,
    seq: seq++,
  }
  unacknowledged.push(batch)
  if (process.connected) process.send?.(batch)
}

function isCrashing(start: StartMessage): boolean {
  const only = process.env['PEER_CRASH_MODEL']
  return atEnd !== undefined && (only === undefined || only === start.config.model.type)
}

function misbehave({ runId }: StartMessage): void {
  const failed = { type: 'failed', runId, message: 'it would not learn' }
  switch (atEnd) {
    case 'exit-without-word':
      process.exit(0)
      break
    case 'exit-code-3':
      console.error('peer gives up')
      process.exit(3)
      break
    case 'fail':
      process.send?.({ ...failed, userError: false, stack: 'Error: it would not learn\n  at peer' })
      break
    case 'fail-user':
      process.send?.({ ...failed, userError: true, where: 'train.tsv:3', fix: 'Mend row 3.' })
      break
    case 'nonsense':
      process.send?.({ type: 'batch', runId, seq: 'seven' })
      break
    case 'other-run':
      process.send?.({ type: 'finished', runId: 'other', outcome: 'completed' })
      break
  }
  process.disconnect()
}
