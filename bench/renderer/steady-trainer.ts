import { Outbox } from '../../src-main/trainer/outbox.ts'
import { coreMessage, type StartMessage } from '../../src-shared/protocol.ts'

/**
 * A trainer program for measuring what watches it: it computes nothing and logs at an even pace, over the
 * real protocol and the trainer's own outbox, what a distilling student logs: 10 series at 20 steps a second.
 * The history of `STEADY_HISTORY` steps is written first, as fast as it goes.
 */
const losses = ['loss', 'loss_task', 'loss_virt', 'loss_kd']
const others = [
  'learning_rate',
  'grad_norm',
  'epoch',
  'steps_per_second',
  'pairs_per_second',
  'examples',
]
const stepMs = 50
const flushMs = 250
const history = Number(process.env['STEADY_HISTORY'] ?? 0)

process.on('disconnect', () => process.exit(0))
process.on('message', (raw) => {
  const message = coreMessage.parse(raw)
  if (message.type === 'ack') outbox?.acknowledge(message.seq)
  if (message.type === 'stop') process.exit(0)
  if (message.type === 'start') void pour(message)
})

let outbox: Outbox | undefined

async function pour({ runId, nextSeq }: StartMessage): Promise<void> {
  const out = new Outbox(runId, nextSeq, (batch) => process.send?.(batch))
  outbox = out
  let step = 0
  const log = () => {
    step++
    const noise = () => Math.random() * 0.1
    for (const name of losses) out.point(`train/${name}`, step, Math.exp(-step / 5000) + noise())
    for (const name of others) out.point(`train/${name}`, step, 1 + noise())
  }
  while (step < history) {
    log()
    if (step % 200 === 0) {
      out.flush()
      await out.ready()
    }
  }
  await out.drained()
  setInterval(log, stepMs)
  setInterval(() => {
    out.flush()
    process.send?.({
      type: 'progress',
      runId,
      phase: 'training',
      step,
      totalSteps: 1_000_000,
      epoch: step / 1000,
      loss: 1,
      devMetric: null,
      stepsPerSecond: 1000 / stepMs,
      etaSeconds: (1_000_000 - step) / 20,
    })
  }, flushMs)
  setInterval(() => {
    const { rss } = process.memoryUsage()
    out.system({
      time: Date.now(),
      cpuPercent: 100,
      rssBytes: rss,
      machineCpuPercent: 50,
      machineMemoryUsedBytes: 8e9,
      gpuPercent: null,
      gpuMemoryUsedBytes: null,
      gpuTemperatureC: null,
      gpuPowerW: null,
    })
  }, 2000)
}
