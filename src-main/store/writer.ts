import type { Database } from 'better-sqlite3'
import type { PointColumns, TrainerBatch } from '../../src-shared/protocol.ts'
import type { Rollups } from './rollups.ts'
import { createSummaries } from './summaries.ts'

export interface BatchWriter {
  /**
   * Writes all of a batch in one transaction and returns the run's last durable seq. A batch that is
   * already in the file is not written again. Throws when a batch is missing before this one, when the
   * run is unknown or a step is no whole number ≥ 0; nothing of the batch is written then.
   */
  write(this: void, batch: TrainerBatch): number
}

export function createBatchWriter(db: Database, rollups: Rollups): BatchWriter {
  const findRun = db.prepare<[string], { key: number; last_seq: number }>(
    'SELECT key, last_seq FROM runs WHERE id = ?',
  )
  const summaries = createSummaries(db)
  const setSeq = db.prepare<[number, number]>('UPDATE runs SET last_seq = ? WHERE key = ?')
  const writePoints = createPointWriter(db, rollups)
  const insertLog = db.prepare(
    `INSERT INTO logs (run, time, level, source, text) VALUES (?, ?, ?, 'trainer', ?)`,
  )
  const upsertPrediction = db.prepare(`
    INSERT INTO predictions (run, split, example, seq, x, y, label, query, logits)
    VALUES (:run, :split, :exampleId, :seq, :x, :y, :label, :query, :logits)
    ON CONFLICT DO UPDATE SET
      seq = excluded.seq, x = excluded.x, y = excluded.y, label = excluded.label,
      query = excluded.query, logits = excluded.logits`)
  const upsertAttention = db.prepare(`
    INSERT INTO attention_snapshots
      (run, step, example, layer, source, direction, heads, row_tokens, column_tokens, data)
    VALUES
      (:run, :step, :exampleId, :layer, :source, :direction, :heads, :rowTokens, :columnTokens, :data)
    ON CONFLICT DO UPDATE SET heads = excluded.heads, row_tokens = excluded.row_tokens,
      column_tokens = excluded.column_tokens, data = excluded.data`)
  // Written again at the same step, a checkpoint is the newest of its kind once more.
  const upsertCheckpoint = db.prepare(`
    INSERT OR REPLACE INTO checkpoints (run, kind, step, seq, path, sha256, bytes, metric, created_at)
    VALUES (:run, :kind, :step, :seq, :path, :sha256, :bytes, :metric, :now)`)
  const upsertSystem = db.prepare(`
    INSERT OR REPLACE INTO system_samples VALUES (:run, :time, :cpuPercent, :rssBytes,
      :machineCpuPercent, :machineMemoryUsedBytes, :gpuPercent, :gpuMemoryUsedBytes,
      :gpuTemperatureC, :gpuPowerW)`)
  // json_patch would drop keys set to null; facts are merged key by key instead.
  const readFacts = db.prepare<[number], string>('SELECT facts FROM runs WHERE key = ?').pluck()
  const writeFacts = db.prepare(`
    UPDATE runs SET facts = :facts, backend = coalesce(:backend, backend),
      device = coalesce(:device, device) WHERE key = :run`)

  const write = db.transaction((batch: TrainerBatch): number => {
    const found = findRun.get(batch.runId)
    if (!found) throw new Error(`there is no run ${batch.runId}`)
    const { key: run, last_seq: lastSeq } = found
    const { seq } = batch
    if (seq <= lastSeq) return lastSeq
    if (seq > lastSeq + 1) throw new Error(`batch ${seq} of run ${batch.runId} follows ${lastSeq}`)

    if (batch.points) writePoints(run, batch.points)
    for (const { time, level, text } of batch.logs) {
      insertLog.run(run, Math.round(time), level, text)
    }
    for (const { logits, query = null, ...prediction } of batch.predictions) {
      upsertPrediction.run({ run, seq, ...prediction, query, logits: bytesOf(logits) })
    }
    for (const { rowTokens, columnTokens, ...snapshot } of batch.attention) {
      upsertAttention.run({
        run,
        ...snapshot,
        rowTokens: JSON.stringify(rowTokens),
        columnTokens: JSON.stringify(columnTokens),
      })
    }
    for (const checkpoint of batch.checkpoints) {
      upsertCheckpoint.run({ run, seq, now: Date.now(), ...checkpoint })
    }
    if (batch.checkpoints.some(({ kind }) => kind === 'best')) summaries.refreshBest(run)
    for (const sample of batch.system) {
      upsertSystem.run({ run, ...sample, time: Math.round(sample.time) })
    }
    if (batch.facts) {
      const facts = JSON.parse(readFacts.get(run) ?? '{}') as Record<string, unknown>
      Object.assign(facts, batch.facts)
      writeFacts.run({
        run,
        facts: JSON.stringify(facts),
        backend: textOrNull(batch.facts['backend']),
        device: textOrNull(batch.facts['device']),
      })
    }
    setSeq.run(seq, run)
    return seq
  })
  return { write: (batch) => write.immediate(batch) }
}

/** A step that is logged again replaces the value it had: the last one wins. */
function createPointWriter(db: Database, rollups: Rollups) {
  const findSeries = db
    .prepare<[number, string], number>('SELECT key FROM series WHERE run = ? AND name = ?')
    .pluck()
  const insertSeries = db.prepare<[number, string]>('INSERT INTO series (run, name) VALUES (?, ?)')
  const upsertPoint = db.prepare<[number, number, number, number]>(`
    INSERT INTO points (series, step, value, time) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value, time = excluded.time`)

  return (run: number, points: PointColumns): void => {
    const series = points.keys.map(
      (name) => findSeries.get(run, name) ?? Number(insertSeries.run(run, name).lastInsertRowid),
    )
    const touched = points.keys.map(() => [] as number[])
    points.step.forEach((step, i) => {
      if (!Number.isSafeInteger(step) || step < 0) throw new Error(`step ${step} is no step`)
      const key = points.keyIndex[i] ?? -1
      // better-sqlite3 binds NaN as NULL, which is how this table spells it.
      upsertPoint.run(
        series[key] ?? -1,
        step,
        points.value[i] ?? NaN,
        Math.round(points.time[i] ?? 0),
      )
      touched[key]?.push(step)
    })
    series.forEach((key, i) => rollups.refresh(key, touched[i] ?? []))
  }
}

const bytesOf = (array: Float32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
