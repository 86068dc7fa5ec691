import { runConfig } from '../src-shared/config/run.ts'
import type { Core } from '../src-main/core.ts'

/** Databases of a size that a busy year makes, filled the way the app fills them. */
const provenance = {
  gitCommit: null,
  argv: ['bench'],
  host: 'bench',
  appVersion: '0.0.0',
  nodeVersion: process.version,
}
const models = ['cross_encoder', 'bi_encoder', 'sbert', 'virt_encoder'] as const

/** A curve of every run: falling, noisy, with spikes one step wide. Returns the runs' ids. */
export function fillChartRuns({ store }: Core, size: { runs: number; points: number }): string[] {
  return Array.from({ length: size.runs }, (_, i) => {
    const run = addRun(store, i, i + 1)
    const time = Date.now()
    const value = Float64Array.from({ length: size.points }, (_, step) =>
      step % 2999 === i ? 50 : Math.exp(-step / 3000) + 0.1 * Math.sin(step * (i + 1)),
    )
    store.writeBatch({
      type: 'batch',
      runId: run.id,
      seq: 1,
      points: {
        keys: ['train/loss'],
        keyIndex: new Uint16Array(size.points),
        step: Float64Array.from({ length: size.points }, (_, step) => step),
        value,
        time: Float64Array.from({ length: size.points }, (_, step) => time + step * 50),
      },
      logs: [],
      predictions: [],
      attention: [],
      checkpoints: [],
      system: [],
    })
    return run.id
  })
}

/**
 * Completed runs in groups of seeds, each with six series of one point and a best checkpoint. Rows are
 * copied from one run that the app's own writer has made.
 */
export function fillTableRuns({ store }: Core, size: { runs: number; seeds: number }): void {
  const { db } = store
  const template = addRun(store, 0, 1)
  const insertRun = db.prepare(`
    INSERT INTO runs (id, name, seed, group_hash, status, config, facts, argv, host, app_version,
      node_version, created_at, started_at, ended_at, best_step)
    SELECT :id, :model, :seed, :group, 'completed', json_replace(config, '$.model.type', :model),
      :facts, argv, host, app_version, node_version, created_at + :i, created_at, created_at + 1000, 300
    FROM runs WHERE key = :template`)
  const insertConfig = db.prepare(`
    INSERT INTO run_config (run, key, value)
    SELECT :run, key, CASE key WHEN 'model.type' THEN :model WHEN 'training.learningRate' THEN :rate
      WHEN 'training.seed' THEN :seed ELSE value END
    FROM run_config WHERE run = :template`)
  const insertSeries = db.prepare(`
    INSERT INTO series (run, name, n, last_step, last, best, min, max, sum) VALUES
      (:run, :name, 1, 300, :value, :value, :value, :value, :value)`)
  // Runs tell a good deal about themselves: rows are as wide as real ones.
  const facts = JSON.stringify({ parameters: 1e6, data: { reports: 'x'.repeat(1500) } })
  const names = [
    'train/loss',
    'train/epoch',
    'dev/accuracy',
    'dev/loss',
    'test/accuracy',
    'test/loss',
  ]
  db.transaction(() => {
    for (let i = 0; i < size.runs; i++) {
      const number = Math.floor(i / size.seeds)
      const seed = (i % size.seeds) + 1
      const model = models[number % models.length]!
      const row = { id: `run${i}`, group: `group${number}`, i, seed, model, facts }
      const run = insertRun.run({ ...row, template: template.key }).lastInsertRowid
      const rate = String((1 + (number % 50)) * 1e-5)
      insertConfig.run({
        run,
        template: template.key,
        model: JSON.stringify(model),
        rate,
        seed: String(seed),
      })
      names.forEach((name, k) => insertSeries.run({ run, name, value: noise(i * 7 + k * 13) }))
    }
    db.exec('INSERT INTO points (series, step, value, time) SELECT key, 300, last, 0 FROM series')
    store.runs.purge(template.id)
  })()
  db.exec('ANALYZE')
}

/** Between 0 and 1, always the same. */
const noise = (seed: number): number => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1

function addRun(store: Core['store'], group: number, seed: number) {
  const type = models[group % models.length]!
  return store.runs.create({
    name: type,
    seed,
    suiteId: null,
    teacherId: null,
    provenance,
    config: runConfig.parse({
      model: { type },
      data: { dataset: 'demo' },
      training: {
        seed,
        learningRate: (1 + (group % 50)) * 1e-5,
        epochs: 1 + Math.floor(group / 200),
      },
    }),
  })
}
