import { openDataFolder } from '../../../src-main/data-folder.ts'
import { openStore, type Store } from '../../../src-main/store/open.ts'
import { packMap } from '../../../src-main/trainer/attention/pack-map.ts'
import { runConfig } from '../../../src-shared/config/run.ts'
import type { AttentionSnapshot, Prediction, TrainerBatch } from '../../../src-shared/protocol.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import { batchOf } from '../../support/batches.ts'
import { provenance } from '../../support/plan.ts'

/** A small generator of the same numbers every time. */
export function seededRandom(seed: number): () => number {
  let state = seed * 7919 + 17
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}

const models = ['cross_encoder', 'bi_encoder', 'virt_encoder'] as const
const finalAccuracy = { cross_encoder: 0.91, bi_encoder: 0.79, virt_encoder: 0.86 }

export interface SeedOptions {
  seeds?: number
  steps?: number
  /** Of test splits and maps: the run page, compare and attention have something to show. */
  details?: boolean
}

/**
 * Fills a data folder as if a recipe had been trained: a teacher, a bi_encoder and a virt_encoder, each with
 * every seed, with curves, logs, predictions and attention. One more run failed, and one was stopped.
 * Returns the runs by name and seed, e.g. `virt_encoder-1`.
 */
export function seedRuns(dataFolder: string, options: SeedOptions = {}): Map<string, RunRecord> {
  const { seeds = 3, steps = 400, details = true } = options
  const store = openStore(openDataFolder(dataFolder).database)
  const runs = new Map<string, RunRecord>()
  try {
    const { id: suiteId } = store.suites.create({ recipe: 'virt', path: null, text: null })
    for (let seed = 1; seed <= seeds; seed++) {
      let teacherId: string | null = null
      for (const model of models) {
        const distils = model === 'virt_encoder'
        const config = runConfig.parse({
          model: { type: model },
          data: { dataset: 'demo' },
          training: { seed, batchSize: 32, learningRate: 5e-4 },
          distillation: distils ? { virt: {} } : {},
        })
        const name = model === 'cross_encoder' ? 'teacher' : model
        const run = store.runs.create({
          name,
          seed,
          config,
          suiteId,
          teacherId: distils ? teacherId : null,
          provenance,
        })
        if (model === 'cross_encoder') teacherId = run.id
        store.runs.setStatus(run.id, 'running')
        store.writeBatch(trained(run, model, steps, details))
        store.runs.setStatus(run.id, 'completed')
        runs.set(`${name}-${seed}`, store.runs.get(run.id))
      }
    }
    runs.set('failed', addFailed(store, suiteId))
  } finally {
    store.close()
  }
  return runs
}

function addFailed(store: Store, suiteId: string): RunRecord {
  const config = runConfig.parse({ model: { type: 'sbert' }, data: { dataset: 'demo' } })
  const run = store.runs.create({
    name: 'sbert',
    seed: 1,
    config,
    suiteId,
    teacherId: null,
    provenance,
  })
  store.runs.setStatus(run.id, 'running')
  store.runs.setStatus(run.id, 'failed', {
    message: 'the label "maybe" is not in the training data',
    where: 'dev.tsv:17 (column "label")',
    fix: 'Correct the row, or add the label to train.tsv.',
    stack: null,
  })
  return store.runs.get(run.id)
}

function trained(
  run: RunRecord,
  model: (typeof models)[number],
  steps: number,
  details: boolean,
): TrainerBatch {
  const random = seededRandom(run.key)
  const points: [key: string, step: number, value: number][] = []
  const best = finalAccuracy[model] + (random() - 0.5) * 0.02
  for (let step = 1; step <= steps; step++) {
    const part = step / steps
    const loss = 0.25 + 0.85 * Math.exp(-4 * part) + (random() - 0.5) * 0.12
    points.push(['train/loss', step, loss])
    points.push(['train/learning_rate', step, 5e-4 * Math.min(1, part * 10) * (1 - part)])
    points.push(['train/grad_norm', step, 0.6 + random() + (step === 137 ? 40 : 0)])
    points.push(['train/pairs_per_second', step, 400 + random() * 40])
    if (step % Math.max(1, Math.floor(steps / 10)) === 0) {
      points.push(['dev/accuracy', step, best - 0.3 * Math.exp(-5 * part)])
      points.push(['dev/loss', step, 0.3 + 0.8 * Math.exp(-4 * part)])
    }
  }
  const keys = [...new Set(points.map(([key]) => key))]
  const startedAt = Date.now() - steps * 250
  return batchOf(run.id, 1, {
    points: {
      keys,
      keyIndex: Uint16Array.from(points, ([key]) => keys.indexOf(key)),
      step: Float64Array.from(points, ([, step]) => step),
      value: Float64Array.from(points, ([, , value]) => value),
      time: Float64Array.from(points, ([, step]) => startedAt + step * 250),
    },
    logs: [
      { time: startedAt, level: 'info', text: 'demo: 4,000 training pairs, 800 dev pairs' },
      { time: startedAt + 900, level: 'warn', text: '3 texts are longer than xMaxLength' },
      { time: Date.now(), level: 'info', text: `finished after ${steps} steps` },
    ],
    facts: { labels: ['no', 'yes'], parameters: 4_386_178, backend: 'cpu', device: 'CPU' },
    checkpoints: [
      {
        step: steps,
        kind: 'best',
        path: `checkpoints/step-${steps}`,
        sha256: 'a'.repeat(64),
        bytes: 17_600_000,
        metric: best,
      },
    ],
    predictions: details ? predictions(random, best) : [],
    attention: details && model !== 'bi_encoder' ? attention(random, model, steps) : [],
    system: Array.from({ length: 20 }, (_, i) => ({
      time: startedAt + i * steps * 12,
      cpuPercent: 150 + random() * 40,
      rssBytes: 4e8 + i * 2e6,
      machineCpuPercent: 70 + random() * 20,
      machineMemoryUsedBytes: 6e9,
      gpuPercent: null,
      gpuMemoryUsedBytes: null,
      gpuTemperatureC: null,
      gpuPowerW: null,
    })),
  })
}

const words = 'the train leaves at nine from the main station today'.split(' ')

function predictions(random: () => number, accuracy: number): Prediction[] {
  return Array.from({ length: 120 }, (_, i) => {
    const label = i % 2
    const isRight = random() < accuracy
    const predicted = isRight ? label : 1 - label
    const strength = 0.5 + random() * 2
    return {
      split: 'dev',
      exampleId: `dev-${i + 1}`,
      x: words.slice(i % 4).join(' '),
      y: words
        .toReversed()
        .slice(i % 3)
        .join(' '),
      label,
      logits: Float32Array.from([predicted === 0 ? strength : 0, predicted === 1 ? strength : 0]),
    }
  })
}

function attention(
  random: () => number,
  model: (typeof models)[number],
  steps: number,
): AttentionSnapshot[] {
  const size = words.length
  const heads = 2
  const sources =
    model === 'virt_encoder' ? (['student', 'teacher'] as const) : (['teacher'] as const)
  const snapshots: AttentionSnapshot[] = []
  for (const part of [0.25, 0.5, 1]) {
    for (const layer of [1, 2]) {
      for (const source of sources) {
        for (const direction of ['x_to_y', 'y_to_x'] as const) {
          const map = new Float32Array(heads * size * size)
          for (let row = 0; row < heads * size; row++) {
            const weights = Array.from({ length: size }, (_, column) =>
              Math.exp(
                (random() - Math.abs(column - (row % size)) / 2) *
                  (source === 'teacher' ? 2 : 1 + part),
              ),
            )
            const sum = weights.reduce((total, weight) => total + weight, 0)
            weights.forEach((weight, column) => (map[row * size + column] = weight / sum))
          }
          snapshots.push({
            step: Math.round(steps * part),
            exampleId: 'dev-1',
            layer,
            source,
            direction,
            heads,
            rowTokens: words,
            columnTokens: words,
            data: packMap(map, { heads, paddedRows: size, paddedColumns: size }, size, size),
          })
        }
      }
    }
  }
  return snapshots
}
