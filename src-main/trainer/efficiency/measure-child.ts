import { text } from 'node:stream/consumers'
import type { Timing } from '../../../src-shared/efficiency.ts'
import { refusalOf } from '../../child-refusal.ts'
import { activateBackend } from '../backends/index.ts'
import { loadSubject } from './load-subject.ts'
import { measureMemory } from './memory.ts'
import { measureRequest, type MeasureLine, type MeasureRequest } from './measure-protocol.ts'
import { lengthsOf } from './quantities/flops.ts'
import { quantities } from './quantities/index.ts'
import { timeRounds } from './time-rounds.ts'

/**
 * A process of its own: what a checkpoint costs (measure-protocol.ts). Beside the app's own process it would be slowed
 * by it, and native code that crashes must not take the app along.
 */
const print = (line: MeasureLine) =>
  new Promise<void>((done) => process.stdout.write(`${JSON.stringify(line)}\n`, () => done()))

// Libraries print what they like; stdout is for the lines.
console.log = console.error

const work = {
  async time(request: MeasureRequest): Promise<MeasureLine> {
    const { settings } = request
    const { name, device } = await activateBackend(settings.backend, request.backendsDir)
    const subject = await loadSubject(request.dir, request.texts)
    const reference =
      request.referenceDir === null
        ? undefined
        : await loadSubject(request.referenceDir, request.texts)
    const steps = quantities.flatMap((quantity) =>
      quantity.kind === 'timed'
        ? quantity.sizes(settings, subject).map((size) => ({ quantity, size }))
        : [],
    )
    const timings: Timing[] = []
    for (const [done, { quantity, size }] of steps.entries()) {
      const part = `${quantity.key} ${size}`
      await print({ kind: 'progress', part, done, total: steps.length })
      const model = quantity.prepare(subject, size)
      const beside = reference && quantity.compared ? quantity.prepare(reference, size) : undefined
      const rounds = await timeRounds(model, beside, settings)
      timings.push({ quantity: quantity.key, size, units: model.units, ...rounds })
      model.dispose?.()
      beside?.dispose?.()
    }
    const counts = {}
    for (const quantity of quantities) {
      if (quantity.kind === 'counted') {
        Object.assign(counts, await quantity.count(subject, timings))
      }
    }
    const { encoder, type } = subject.model
    return {
      kind: 'timed',
      model: {
        type,
        layers: encoder.numHiddenLayers,
        hidden: encoder.hiddenSize,
        heads: encoder.numAttentionHeads,
        labels: subject.labels,
      },
      backend: name,
      device,
      lengths: meanLengths(subject.pairs),
      timings,
      counts,
      pairs: subject.pairs.length,
      referenceType: reference?.model.type ?? null,
    }
  },

  async memory({ dir, texts, settings, backendsDir }: MeasureRequest): Promise<MeasureLine> {
    await activateBackend(settings.backend, backendsDir)
    const counts = await measureMemory(() => loadSubject(dir, texts), settings)
    return { kind: 'memory', counts }
  },
}

function meanLengths(pairs: { xIds: Int32Array; yIds: Int32Array }[]) {
  const lengths = pairs.map(lengthsOf)
  const mean = (side: 'x' | 'y' | 'joint') =>
    lengths.reduce((sum, one) => sum + one[side], 0) / lengths.length
  return { x: mean('x'), y: mean('y'), joint: mean('joint') }
}

// Whoever asked is gone (killed, say): nobody waits for the answer.
const parent = process.ppid
setInterval(() => process.ppid === parent || process.exit(1), 1000).unref()

const request = measureRequest.parse(JSON.parse(await text(process.stdin)))
await print(await work[request.mode](request).catch(refusalOf))
// Native libraries may keep the process alive.
process.exit(0)
