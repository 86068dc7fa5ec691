import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { modelConfig } from '../src-shared/config/model.ts'
import type { BackendName } from '../src-shared/config/run.ts'
import { formatTable } from '../src-main/cli/table.ts'
import { dataFolderRoot } from '../src-main/data-folder.ts'
import type { ActiveBackend, AdamWSlot } from '../src-main/trainer/backends/backend.ts'
import { activateBackend } from '../src-main/trainer/backends/index.ts'
import type { PairBatch, TokenBlock } from '../src-main/trainer/data/batch.ts'
import { crossEntropy } from '../src-main/trainer/losses/cross-entropy.ts'
import { buildModel } from '../src-main/trainer/models/build.ts'
import { createDropout } from '../src-main/trainer/models/dropout.ts'
import type { PairModel } from '../src-main/trainer/models/model.ts'

/**
 * What training is made of, on every backend that is usable here: matrix products, one step's parts, AdamW, masks.
 * `npm run bench:backends -- [--backends wasm,tensorflow] [--data-dir FOLDER]`. Medians; the second time is that of
 * all of the process's threads, which on a busy machine says more than the clock.
 */
const { values: options } = parseArgs({
  options: {
    backends: { type: 'string', default: 'tensorflow,wasm' },
    'data-dir': { type: 'string' },
  },
})
const backendsDir = join(dataFolderRoot(options['data-dir']), 'backends')

interface Timing {
  ms: number
  cpuMs: number
}

interface Row extends Timing {
  backend: string
  what: string
  /** Where the work's size is known. */
  gflops?: number
}

const rows: Row[] = []
for (const name of options.backends.split(',')) {
  try {
    await benchBackend(await activateBackend(name as BackendName, backendsDir))
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
console.log(
  formatTable<Row>(
    [
      { title: 'backend', value: ({ backend }) => backend },
      { title: 'what', value: ({ what }) => what },
      { title: 'ms', value: ({ ms }) => ms.toFixed(2), align: 'right' },
      { title: 'CPU ms', value: ({ cpuMs }) => cpuMs.toFixed(2), align: 'right' },
      { title: 'GFLOP/s', value: ({ gflops }) => gflops?.toFixed(0) ?? '', align: 'right' },
    ],
    rows,
  ),
)
process.exit(0) // TensorFlow's threads would keep the process alive

async function benchBackend({ name, kernels }: ActiveBackend): Promise<void> {
  const add = (what: string, timing: Timing, flops?: number) =>
    rows.push({
      backend: name,
      what,
      ...timing,
      ...(flops === undefined ? {} : { gflops: flops / timing.ms / 1e6 }),
    })

  const a = tf.randomNormal<tf.Rank.R2>([1024, 1024])
  const b = tf.randomNormal<tf.Rank.R2>([1024, 1024])
  for (const [form, transposeA, transposeB] of [
    ['A·B', false, false],
    ['A·Bᵀ', false, true],
    ['Aᵀ·B', true, false],
  ] as const) {
    const timing = await time(5, () => readBack(tf.matMul(a, b, transposeA, transposeB)))
    add(`matrix product ${form}, 1024²`, timing, 2 * 1024 ** 3)
  }
  const q = tf.randomNormal<tf.Rank.R4>([32, 2, 64, 64])
  const attention = await time(10, () => readBack(tf.matMul(q, q, false, true)))
  add('attention scores, 32 × 2 heads, 64 × 64', attention, 2 * 64 * 64 ** 3)
  tf.dispose([a, b, q])

  for (const training of [true, false]) {
    const { model, step, forward } = await makeModel(kernels, 32, 32)
    const what = `cross_encoder, BERT-tiny, batch 32 × 32 tokens: ${training ? 'forward and backward' : 'forward'}`
    add(what, await time(8, training ? step : forward))
    model.dispose()
  }
  await benchOptimizer(kernels, add)
  const mask = await time(20, () => readBack(kernels.dropoutMask([32, 2, 64, 64], 0.1, [1, 2])))
  add('dropout mask, 262,144 elements', mask)
}

/** Cross-encoder steps on a batch of made-up tokens, without the optimizer. */
async function makeModel(kernels: ActiveBackend['kernels'], batch: number, length: number) {
  const vocabSize = 8000
  const model: PairModel = await buildModel({
    config: modelConfig.parse({ type: 'cross_encoder', size: 'tiny' }),
    labelCount: 3,
    vocabSize,
    padTokenId: 0,
    maxPositions: 512,
    seed: 1,
  })
  const tokens: TokenBlock = {
    batch,
    length,
    inputIds: Int32Array.from({ length: batch * length }, (_, i) => (i * 7919) % vocabSize),
    tokenTypeIds: new Int32Array(batch * length),
    attentionMask: new Float32Array(batch * length).fill(1),
    lengths: new Int32Array(batch).fill(length),
  }
  const pairs: PairBatch = {
    ids: [],
    labels: new Int32Array(batch),
    x: tokens,
    y: tokens,
    joint: tokens,
  }
  const dropout = createDropout({ kernels, seed: 1 })
  let steps = 0
  const step = async () => {
    dropout.beginStep(steps++, true)
    const { value, grads } = tf.variableGrads(
      () => crossEntropy(model.forward(pairs, { dropout, trace: false }).logits, pairs.labels),
      [...model.parameters.values()],
    )
    const all = Object.values(grads)
    await all.at(-1)!.data()
    tf.dispose([value, ...all])
  }
  const forward = () => {
    dropout.beginStep(steps, false)
    return readBack(tf.tidy(() => model.forward(pairs, { dropout, trace: false }).logits))
  }
  return { model, step, forward }
}

/** One AdamW step of a 6-layer, 384-wide encoder with an embedding of 3,000 tokens: 11.8 million parameters. */
async function benchOptimizer(
  kernels: ActiveBackend['kernels'],
  add: (what: string, timing: Timing) => void,
): Promise<void> {
  const layer = [...Array<number[]>(4).fill([384, 384]), [1536, 384], [384, 1536], [384], [1536]]
  const shapes = [[3000, 384], ...Array.from({ length: 6 }, () => layer).flat()]
  const slots = shapes.map((shape): AdamWSlot => ({
    parameter: tf.variable(tf.zeros(shape)),
    m: tf.variable(tf.zeros(shape), false),
    v: tf.variable(tf.zeros(shape), false),
    decay: shape.length > 1,
  }))
  const gradients = shapes.map((shape) => tf.fill(shape, 0.01))
  let step = 0
  const timing = await time(6, async () => {
    kernels.adamW(slots, gradients, {
      learningRate: 1e-4,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
      step: ++step,
      gradientScale: 0.5,
    })
    await slots.at(-1)!.parameter.data()
  })
  const millions = shapes.reduce((sum, shape) => sum + shape.reduce((x, y) => x * y, 1), 0) / 1e6
  add(`AdamW, ${millions.toFixed(1)} million parameters`, timing)
  const norm = await time(6, async () => void (await kernels.squaredNorm(gradients)))
  add('norm of their gradients', norm)
  tf.dispose([...slots.flatMap(({ parameter, m, v }) => [parameter, m, v]), ...gradients])
}

async function readBack(tensor: tf.Tensor): Promise<void> {
  await tensor.data()
  tensor.dispose()
}

/** Medians over repetitions, after two to warm up. */
async function time(repetitions: number, work: () => Promise<void>): Promise<Timing> {
  const walls: number[] = []
  const cpus: number[] = []
  for (let i = -2; i < repetitions; i++) {
    const cpuStart = process.cpuUsage()
    const start = performance.now()
    await work()
    const wall = performance.now() - start
    const { user, system } = process.cpuUsage(cpuStart)
    if (i < 0) continue
    walls.push(wall)
    cpus.push((user + system) / 1000)
  }
  return { ms: median(walls), cpuMs: median(cpus) }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
