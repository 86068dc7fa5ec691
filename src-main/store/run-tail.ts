import type { Database } from 'better-sqlite3'
import type { StoredLogLine } from '../../src-shared/contract/run-details.ts'
import type { CheckpointRecord, PointColumns, SystemSample } from '../../src-shared/protocol.ts'

/** How far a run has been read; `read` moves it on. */
export interface RunPlace {
  readonly run: number
  /** Last step by series; of a series that is not named, `step`. */
  readonly steps: Map<number, number>
  readonly step: number
  log: number
  attention: number
  checkpoint: number
  seq: number
  system: number
  /** Status and facts, as one text. */
  state: string
}

/** What has been stored of a run since a place. */
export interface RunNews {
  points: PointColumns
  logs: StoredLogLine[]
  system: SystemSample[]
  attentionSteps: number[]
  checkpoints: CheckpointRecord[]
  hasPredictions: boolean
  /** Its status, labels, device or parameters are others. */
  hasState: boolean
}

export interface RunTails {
  /** Behind all that is stored of the run (its key). */
  end(run: number): RunPlace
  /** Where an attempt begins: behind `step` (−1: at the very beginning) and what was logged before `time` (Unix ms). */
  from(run: number, step: number, time: number): RunPlace
  /** What has come since, in one transaction; moves the place on. */
  read(place: RunPlace): RunNews
}

/** Reads runs that another process writes, bit by bit. */
export function createRunTails(db: Database): RunTails {
  const seriesOf = db.prepare<[number], { key: number; name: string }>(
    'SELECT key, name FROM series WHERE run = ? ORDER BY name',
  )
  const pointsAfter = db.prepare<
    [number, number],
    { step: number; value: number | null; time: number }
  >('SELECT step, value, time FROM points WHERE series = ? AND step > ? ORDER BY step')
  const lastStep = db
    .prepare<[number], number | null>('SELECT max(step) FROM points WHERE series = ?')
    .pluck()
  const logsAfter = db.prepare<[number, number], StoredLogLine>(
    'SELECT key, time, level, source, text FROM logs WHERE run = ? AND key > ? ORDER BY key',
  )
  const systemAfter = db.prepare<[number, number], SystemSample>(
    `SELECT time, cpu_percent AS cpuPercent, rss_bytes AS rssBytes,
       machine_cpu_percent AS machineCpuPercent,
       machine_memory_used_bytes AS machineMemoryUsedBytes, gpu_percent AS gpuPercent,
       gpu_memory_used_bytes AS gpuMemoryUsedBytes, gpu_temperature_c AS gpuTemperatureC,
       gpu_power_w AS gpuPowerW FROM system_samples WHERE run = ? AND time > ? ORDER BY time`,
  )
  const attentionAfter = db.prepare<[number, number], { step: number; key: number }>(
    `SELECT step, max(key) AS key FROM attention_snapshots WHERE run = ? AND key > ?
     GROUP BY step ORDER BY step`,
  )
  const checkpointsAfter = db.prepare<[number, number], CheckpointRecord & { key: number }>(
    `SELECT key, step, kind, path, sha256, bytes, metric FROM checkpoints
     WHERE run = ? AND key > ? ORDER BY key`,
  )
  const hasPredictionsAfter = db
    .prepare<[number, number], number>(
      'SELECT EXISTS (SELECT 1 FROM predictions WHERE run = ? AND seq > ?)',
    )
    .pluck()
  const stateOf = db.prepare<[number], { seq: number; state: string }>(
    `SELECT last_seq AS seq, status || ' ' || facts AS state FROM runs WHERE key = ?`,
  )
  const ends = db.prepare<
    { run: number; step: number; time: number },
    Pick<RunPlace, 'log' | 'attention' | 'checkpoint' | 'system'>
  >(`
    SELECT
      (SELECT coalesce(max(key), 0) FROM logs WHERE run = :run AND time < :time) AS log,
      (SELECT coalesce(max(key), 0) FROM attention_snapshots WHERE run = :run AND step <= :step) AS attention,
      (SELECT coalesce(max(key), 0) FROM checkpoints WHERE run = :run AND step <= :step) AS checkpoint,
      (SELECT coalesce(max(time), 0) FROM system_samples WHERE run = :run AND time < :time) AS system`)

  function placeAt(run: number, step: number, time: number): RunPlace {
    const found = ends.get({ run, step, time }) ?? {
      log: 0,
      attention: 0,
      checkpoint: 0,
      system: 0,
    }
    const { seq, state } = stateOf.get(run) ?? { seq: 0, state: '' }
    return { run, step, steps: new Map(), seq, state, ...found }
  }

  function readPoints(place: RunPlace): PointColumns {
    const keys: string[] = []
    const rows: { keyIndex: number; step: number; value: number; time: number }[] = []
    for (const { key, name } of seriesOf.all(place.run)) {
      const found = pointsAfter.all(key, place.steps.get(key) ?? place.step)
      const last = found.at(-1)
      if (!last) continue
      place.steps.set(key, last.step)
      const keyIndex = keys.push(name) - 1
      for (const { step, value, time } of found) {
        rows.push({ keyIndex, step, value: value ?? NaN, time })
      }
    }
    return {
      keys,
      keyIndex: Uint16Array.from(rows, ({ keyIndex }) => keyIndex),
      step: Float64Array.from(rows, ({ step }) => step),
      value: Float64Array.from(rows, ({ value }) => value),
      time: Float64Array.from(rows, ({ time }) => time),
    }
  }

  const read = db.transaction((place: RunPlace): RunNews => {
    const { run } = place
    const logs = logsAfter.all(run, place.log)
    const system = systemAfter.all(run, place.system)
    const attention = attentionAfter.all(run, place.attention)
    const checkpoints = checkpointsAfter.all(run, place.checkpoint)
    const { seq, state } = stateOf.get(run) ?? place
    const news = {
      points: readPoints(place),
      logs,
      system,
      attentionSteps: attention.map(({ step }) => step),
      checkpoints: checkpoints.map(({ key: _key, ...checkpoint }) => checkpoint),
      hasPredictions: hasPredictionsAfter.get(run, place.seq) === 1,
      hasState: state !== place.state,
    }
    place.log = logs.at(-1)?.key ?? place.log
    place.system = system.at(-1)?.time ?? place.system
    place.attention = Math.max(place.attention, ...attention.map(({ key }) => key))
    place.checkpoint = checkpoints.at(-1)?.key ?? place.checkpoint
    place.seq = seq
    place.state = state
    return news
  })

  return {
    end(run) {
      const place = placeAt(run, Infinity, Infinity)
      for (const { key } of seriesOf.all(run)) place.steps.set(key, lastStep.get(key) ?? -1)
      return { ...place, step: -1 }
    },
    from: placeAt,
    read: (place) => read(place),
  }
}
