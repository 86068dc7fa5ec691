import type { Database } from 'better-sqlite3'
import type { XAxis } from '../../../src-shared/contract/series.ts'

/** What a run's steps are on another axis. */
export interface AxisOfRun {
  toX(step: number, time: number): number
  /** The first step at or behind x. */
  toStep(x: number, series: number): number
}

/** Undefined where the run has nothing to draw on this axis (epochs before the first was logged). */
export type AxisReader = (run: number) => AxisOfRun | undefined

export function createAxisReaders(db: Database): Record<XAxis, AxisReader> {
  const epochs = db.prepare<[number], { step: number; epoch: number }>(
    `SELECT last_step AS step, last AS epoch FROM series
     WHERE run = ? AND name = 'train/epoch' AND last_step > 0 AND last > 0`,
  )
  const firstTime = db
    .prepare<[number], number | null>(
      `SELECT min(r.time) FROM series s JOIN rollups r ON r.series = s.key AND r.level = 5 AND r.bucket = 0
       WHERE s.run = ?`,
    )
    .pluck()
  const attempts = db.prepare<[number], { from: number; to: number }>(
    `SELECT started_at AS "from", coalesce(ended_at, 9e15) AS "to" FROM jobs
     WHERE run = ? AND started_at IS NOT NULL ORDER BY attempt`,
  )
  const stepAtTime = createTimeSearch(db)

  const ofTime = (toX: (time: number) => number): AxisOfRun => ({
    toX: (_step, time) => toX(time),
    // Times grow with steps, so the search may ask for any monotone function of them.
    toStep: (x, series) => stepAtTime(series, (time) => toX(time) >= x),
  })

  return {
    step: () => ({ toX: (step) => step, toStep: (x) => Math.ceil(x) }),
    /** Every epoch has the same number of steps, so one point tells the scale. */
    epoch(run) {
      const last = epochs.get(run)
      if (!last) return undefined
      const perStep = last.epoch / last.step
      return { toX: (step) => step * perStep, toStep: (x) => Math.ceil(x / perStep - 1e-9) }
    },
    time: () => ofTime((time) => time),
    /** Time at work: what lies between a stop and its resumption does not count. */
    elapsed(run) {
      const first = firstTime.get(run)
      if (first === undefined || first === null) return undefined
      const stretches = attempts.all(run)
      const pauses = stretches.slice(1).map(({ from }, i) => {
        const end = stretches[i]?.to ?? from
        return { behind: from, ms: Math.max(0, from - end) }
      })
      return ofTime((time) =>
        pauses.reduce((x, { behind, ms }) => (time >= behind ? x - ms : x), time - first),
      )
    },
  }
}

/** The first step whose point's time passes, by halving: about 20 look-ups in the primary key. */
function createTimeSearch(db: Database) {
  const lastStep = db
    .prepare<[number], number | null>('SELECT last_step FROM series WHERE key = ?')
    .pluck()
  const next = db.prepare<[number, number], { step: number; time: number }>(
    'SELECT step, time FROM points WHERE series = ? AND step >= ? ORDER BY step LIMIT 1',
  )
  return (series: number, passes: (time: number) => boolean): number => {
    let low = 0
    let high = (lastStep.get(series) ?? -1) + 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const point = next.get(series, middle)
      if (!point || passes(point.time)) high = middle
      else low = point.step + 1
    }
    return low
  }
}
