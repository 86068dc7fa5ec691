import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore, type Store } from '../../src-main/store/open.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { Prediction } from '../../src-shared/protocol.ts'

/**
 * Writes synthetic runs for load tests: `node bench/renderer/make-data.ts FOLDER [table|curves|both]`.
 * `table`: 10,000 runs (2,000 configurations × 5 seeds) with 8 short series each; `curves`: 100 runs × 3
 * series × 10,000 points with single-step spikes. Made by the store's own writer, from fixed seeds.
 */
const models = ['cross_encoder', 'bi_encoder', 'sbert', 'virt_encoder'] as const
const datasets = ['mrpc', 'rte', 'snli', 'qqp'] as const
const learningRates = [1e-5, 2e-5, 3e-5, 5e-5, 1e-4]
const started = Date.UTC(2026, 9, 1)

/** mulberry32: a fixed sequence a run, uniform in 0…1. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `maxSteps` sets configurations apart that would otherwise be alike. */
function configOf(index: number, seed: number, maxSteps?: number) {
  const pick = <T>(list: readonly T[], every: number): T =>
    list[Math.floor(index / every) % list.length] as T
  const dataset = pick(datasets, 4)
  const type = pick(models, 1)
  const file = (split: string) => ({
    path: resolve('/data', dataset, `${split}.tsv`),
    preset: dataset === 'qqp' || dataset === 'snli' || dataset === 'rte' ? dataset : 'mrpc',
  })
  return runConfig.parse({
    model: { type, size: 'tiny', vocab: '/data/vocab.txt', dropout: (index % 3) / 10 },
    data: { dataset: 'files', train: file('train'), dev: file('dev') },
    training: {
      learningRate: pick(learningRates, 16),
      batchSize: 8 * 2 ** (Math.floor(index / 80) % 4),
      warmupRatio: (Math.floor(index / 320) % 5) / 20,
      weightDecay: (Math.floor(index / 1600) % 3) / 100,
      epochs: 1 + (index % 6),
      ...(maxSteps === undefined ? {} : { maxSteps }),
      seed,
    },
    ...(type === 'virt_encoder' ? { distillation: { virt: { alpha: (index % 5) / 5 } } } : {}),
  })
}

function addRun(store: Store, index: number, seed: number, name: string, maxSteps?: number) {
  const config = configOf(index, seed, maxSteps)
  const run = store.runs.create({
    name,
    seed,
    config,
    suiteId: null,
    teacherId: null,
    provenance: {
      gitCommit: null,
      argv: ['virtlab', 'train'],
      host: 'bench',
      appVersion: '0.1.0',
      nodeVersion: process.version,
    },
  })
  const facts = { parameters: 4_386_178, labels: ['0', '1'], backend: 'tensorflow' }
  return { run, facts }
}

interface Series {
  key: string
  steps: number
  every: number
  value: (step: number, random: () => number) => number
}

function columnsOf(series: Series[], random: () => number, start: number, stepMs: number) {
  const total = series.reduce((sum, { steps, every }) => sum + Math.ceil(steps / every), 0)
  const keyIndex = new Uint16Array(total)
  const step = new Float64Array(total)
  const value = new Float64Array(total)
  const time = new Float64Array(total)
  let at = 0
  for (const [index, one] of series.entries()) {
    for (let s = one.every; s <= one.steps; s += one.every) {
      keyIndex[at] = index
      step[at] = s
      value[at] = one.value(s, random)
      time[at] = start + s * stepMs
      at += 1
    }
  }
  const cut = <T extends Uint16Array | Float64Array>(all: T) => all.subarray(0, at) as T
  return {
    keys: series.map(({ key }) => key),
    keyIndex: cut(keyIndex).slice(),
    step: cut(step).slice(),
    value: cut(value).slice(),
    time: cut(time).slice(),
  }
}

function finish(store: Store, id: string, end: number, start: number, status: string) {
  store.db
    .prepare(
      'UPDATE runs SET status = ?, created_at = ?, started_at = ?, ended_at = ? WHERE id = ?',
    )
    .run(status, Math.floor(start), Math.floor(start), Math.floor(end), id)
}

/** 10,000 runs with the metrics a table shows. */
export function makeTable(store: Store, configurations = 2000, seeds = 5): void {
  const base = (index: number) => 0.6 + 0.3 * makeRandom(index * 7919)()
  store.db.transaction(() => {
    for (let index = 0; index < configurations; index++) {
      for (let seed = 1; seed <= seeds; seed++) {
        const random = makeRandom(index * 100 + seed)
        const { run, facts } = addRun(store, index, seed, `${models[index % 4]}-${index}`)
        const accuracy = base(index) + (random() - 0.5) * 0.04
        const noisy = (value: number) => () => value + (random() - 0.5) * 0.01
        const rate = noisy(300 + 1500 * random())
        const start = started + (index * seeds + seed) * 300_000
        const points = columnsOf(
          [
            {
              key: 'train/loss',
              steps: 300,
              every: 50,
              value: (s) => 0.7 * Math.exp(-s / 150) + 0.1 * random(),
            },
            { key: 'dev/accuracy', steps: 300, every: 100, value: noisy(accuracy) },
            { key: 'dev/macro_f1', steps: 300, every: 100, value: noisy(accuracy - 0.03) },
            { key: 'dev/loss', steps: 300, every: 100, value: noisy(1.2 - accuracy) },
            { key: 'test/accuracy', steps: 300, every: 300, value: noisy(accuracy - 0.01) },
            { key: 'test/macro_f1', steps: 300, every: 300, value: noisy(accuracy - 0.04) },
            { key: 'test/loss', steps: 300, every: 300, value: noisy(1.25 - accuracy) },
            { key: 'inference/pairs_per_second', steps: 300, every: 300, value: rate },
          ],
          random,
          start,
          400,
        )
        const checkpoint = {
          step: 300,
          kind: 'best' as const,
          path: 'checkpoints/best-300',
          sha256: '0'.repeat(64),
          bytes: 17_500_000,
          metric: accuracy,
        }
        store.writeBatch({
          type: 'batch',
          runId: run.id,
          seq: 1,
          points,
          logs: [],
          predictions: [],
          attention: [],
          checkpoints: [checkpoint],
          system: [],
          facts,
        })
        const status = random() < 0.03 ? 'failed' : random() < 0.03 ? 'crashed' : 'completed'
        finish(store, run.id, start + 120_000 + random() * 60_000, start, status)
      }
    }
  })()
}

/** 100 runs × 10,000 points; in every series single points far off, which no drawing may lose. */
export function makeCurves(store: Store, runs = 100, steps = 10_000): string[] {
  const ids: string[] = []
  for (let index = 0; index < runs; index++) {
    const random = makeRandom(index + 1)
    const configuration = Math.floor(index / 5)
    const { run, facts } = addRun(
      store,
      configuration,
      (index % 5) + 1,
      `curve-${configuration}`,
      steps,
    )
    ids.push(run.id)
    const spikes = new Set([100, 101, 102].map(() => 1 + Math.floor(random() * steps)))
    const decay = 1500 + 2500 * random()
    const start = started + index * 3_600_000
    const points = columnsOf(
      [
        {
          key: 'train/loss',
          steps,
          every: 1,
          value: (s) =>
            spikes.has(s) ? 3 + random() : 0.05 + 0.65 * Math.exp(-s / decay) + 0.08 * random(),
        },
        { key: 'train/grad_norm', steps, every: 1, value: () => 0.4 + random() ** 4 * 3 },
        {
          key: 'dev/accuracy',
          steps,
          every: 500,
          value: (s) => 0.9 - 0.35 * Math.exp(-s / decay) + 0.01 * random(),
        },
        { key: 'train/epoch', steps, every: 1, value: (s) => s / 2500 },
      ],
      random,
      start,
      120,
    )
    store.writeBatch({
      type: 'batch',
      runId: run.id,
      seq: 1,
      points,
      logs: [],
      predictions: predictionsOf(index),
      attention: [],
      checkpoints: [],
      system: [],
      facts,
    })
    finish(store, run.id, start + steps * 120, start, 'completed')
  }
  return ids
}

function predictionsOf(index: number): Prediction[] {
  const random = makeRandom(900 + index)
  return Array.from({ length: 200 }, (_, i) => {
    const label = i % 2
    const right = random() < 0.8
    const margin = 0.2 + 2 * random()
    const sign = (label === 1) === right ? 1 : -1
    return {
      split: 'dev' as const,
      exampleId: String(i),
      x: `First text number ${i}`,
      y: `Second text number ${i}`,
      label,
      logits: Float32Array.of(-sign * margin, sign * margin),
    }
  })
}

const [folder, what = 'both'] = process.argv.slice(2)
if (folder !== undefined && import.meta.filename === process.argv[1]) {
  const { database } = openDataFolder(folder)
  if (existsSync(database)) throw new Error(`${database} is there already: name an empty folder`)
  const store = openStore(database)
  const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
  const began = performance.now()
  if (what !== 'curves') makeTable(store)
  if (what !== 'table') makeCurves(store)
  store.close()
  console.log(`${what}: written in ${seconds(began)}`)
}
