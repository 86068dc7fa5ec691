import type { Database } from 'better-sqlite3'
import type { CheckpointRecord, LogLine, SystemSample } from '../../src-shared/protocol.ts'

export interface StoredPrediction {
  split: 'dev' | 'test'
  exampleId: string
  x: string
  y: string
  label: number
  /** Where data.rankBy is a column. */
  query: string | null
  logits: Float32Array
}

export interface StoredCheckpoint extends CheckpointRecord {
  /** The batch it came with. */
  seq: number
  createdAt: number
}

export interface StoredAttention {
  step: number
  exampleId: string
  layer: number
  source: 'teacher' | 'student'
  direction: 'x_to_y' | 'y_to_x'
  heads: number
  rowTokens: string[]
  columnTokens: string[]
  /** Float16 [heads, rows, columns], deflated. */
  data: Uint8Array
}

export interface StoredLog extends LogLine {
  source: 'trainer' | 'stdout' | 'stderr' | 'core'
}

/** What of the attention maps is there, without the maps. */
export interface AttentionSummary {
  source: 'teacher' | 'student'
  snapshots: number
  examples: number
  layers: number
  steps: number
  firstStep: number
  lastStep: number
  bytes: number
}

/** Reads (and, for logs, writes) what a run keeps besides its series. `run` is the run's key. */
export interface RunDetails {
  predictions(run: number, split?: 'dev' | 'test'): Iterable<StoredPrediction>
  predictionCounts(run: number): { split: 'dev' | 'test'; n: number; correct: number }[]
  attention(
    run: number,
    filter: { exampleId?: string; step?: number; layer?: number },
  ): StoredAttention[]
  attentionSummary(run: number): AttentionSummary[]
  /** Newest first. */
  checkpoints(run: number): StoredCheckpoint[]
  /** The newest of its kind. */
  checkpoint(run: number, kind: 'best' | 'last'): StoredCheckpoint | undefined
  system(run: number): SystemSample[]
  /** The last `limit` lines, in the order they came. */
  logs(run: number, limit: number): StoredLog[]
  addLog(run: number, line: StoredLog): void
}

export function createRunDetails(db: Database): RunDetails {
  const predictionRows = db.prepare<
    [number, string | null],
    Omit<StoredPrediction, 'logits'> & { logits: Uint8Array }
  >(
    `SELECT split, example AS exampleId, x, y, label, query, logits FROM predictions
     WHERE run = ? AND split = coalesce(?, split) ORDER BY split, example`,
  )
  const attentionRows = db.prepare<
    { run: number; exampleId: string | null; step: number | null; layer: number | null },
    Omit<StoredAttention, 'rowTokens' | 'columnTokens'> & { rowTokens: string } & {
      columnTokens: string
    }
  >(
    `SELECT step, example AS exampleId, layer, source, direction, heads,
       row_tokens AS rowTokens, column_tokens AS columnTokens, data FROM attention_snapshots
     WHERE run = :run AND step = coalesce(:step, step) AND example = coalesce(:exampleId, example)
       AND layer = coalesce(:layer, layer) ORDER BY step, example, layer, source, direction`,
  )
  const attentionSummaries = db.prepare<[number], AttentionSummary>(
    `SELECT source, count(*) AS snapshots, count(DISTINCT example) AS examples,
       count(DISTINCT layer) AS layers, count(DISTINCT step) AS steps,
       min(step) AS firstStep, max(step) AS lastStep, sum(length(data)) AS bytes
     FROM attention_snapshots WHERE run = ? GROUP BY source`,
  )
  const checkpointColumns =
    'step, kind, path, sha256, bytes, metric, seq, created_at AS createdAt FROM checkpoints'
  const checkpointRows = db.prepare<[number], StoredCheckpoint>(
    `SELECT ${checkpointColumns} WHERE run = ? ORDER BY key DESC`,
  )
  const newestCheckpoint = db.prepare<[number, string], StoredCheckpoint>(
    `SELECT ${checkpointColumns} WHERE run = ? AND kind = ? ORDER BY key DESC LIMIT 1`,
  )
  const systemRows = db.prepare<[number], SystemSample>(
    `SELECT time, cpu_percent AS cpuPercent, rss_bytes AS rssBytes,
       machine_cpu_percent AS machineCpuPercent,
       machine_memory_used_bytes AS machineMemoryUsedBytes, gpu_percent AS gpuPercent,
       gpu_memory_used_bytes AS gpuMemoryUsedBytes, gpu_temperature_c AS gpuTemperatureC,
       gpu_power_w AS gpuPowerW FROM system_samples WHERE run = ? ORDER BY time`,
  )
  const logRows = db.prepare<[number, number], StoredLog>(
    'SELECT time, level, source, text FROM logs WHERE run = ? ORDER BY key DESC LIMIT ?',
  )
  const insertLog = db.prepare(
    'INSERT INTO logs (run, time, level, source, text) VALUES (?, ?, ?, ?, ?)',
  )

  function* predictions(run: number, split?: 'dev' | 'test') {
    for (const row of predictionRows.iterate(run, split ?? null)) {
      yield { ...row, logits: floats(row.logits) }
    }
  }

  return {
    predictions,
    predictionCounts(run) {
      const counts = new Map<'dev' | 'test', { n: number; correct: number }>()
      for (const { split, label, logits } of predictions(run)) {
        const count = counts.get(split) ?? { n: 0, correct: 0 }
        counts.set(split, count)
        count.n++
        if (argmax(logits) === label) count.correct++
      }
      return [...counts].map(([split, count]) => ({ split, ...count }))
    },
    attention: (run, { exampleId = null, step = null, layer = null }) =>
      attentionRows.all({ run, exampleId, step, layer }).map((row) => ({
        ...row,
        rowTokens: JSON.parse(row.rowTokens) as string[],
        columnTokens: JSON.parse(row.columnTokens) as string[],
      })),
    attentionSummary: (run) => attentionSummaries.all(run),
    checkpoints: (run) => checkpointRows.all(run),
    checkpoint: (run, kind) => newestCheckpoint.get(run, kind),
    system: (run) => systemRows.all(run),
    logs: (run, limit) => logRows.all(run, limit).reverse(),
    addLog(run, { time, level, source, text }) {
      insertLog.run(run, Math.round(time), level, source, text)
    },
  }
}

/** A copy: the blob's own buffer need not begin at a multiple of four. */
function floats(blob: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(blob).buffer)
}

/** The first index of the largest value, as the trainer counts accuracy. */
export function argmax(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0)
}
