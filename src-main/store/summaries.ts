import type { Database } from 'better-sqlite3'

/** Numbers about a series and a run that the runs table filters, sorts and groups by. */
export interface Summaries {
  /** Brings a series' totals in line with its rollups and points; call it after both are written. */
  refreshSeries(series: number): void
  /** Brings a run's best step, and its series' values there, in line with its checkpoints. */
  refreshBest(run: number): void
}

/** Recomputed, not added to, as the rollups are. */
export function createSummaries(db: Database): Summaries {
  const totals = db.prepare<{ series: number }>(`
    UPDATE series SET
      (n, nonfinite, min, max, sum) = (
        SELECT coalesce(sum(n), 0), coalesce(sum(nonfinite), 0), min(min), max(max), sum(sum)
        FROM rollups WHERE series = :series AND level = 5
      ),
      last_step = NULL, last = NULL,
      best = (
        SELECT value FROM points WHERE series = :series
          AND step = (SELECT best_step FROM runs WHERE runs.key = series.run)
      )
    WHERE key = :series`)
  const last = db.prepare<{ series: number }>(`
    UPDATE series SET last_step = p.step, last = p.value
    FROM (SELECT step, value FROM points WHERE series = :series ORDER BY step DESC LIMIT 1) AS p
    WHERE key = :series`)
  const bestStep = db.prepare<{ run: number }>(`
    UPDATE runs SET best_step = (
      SELECT step FROM checkpoints WHERE run = :run AND kind = 'best' ORDER BY key DESC LIMIT 1
    ) WHERE key = :run`)
  const bestValues = db.prepare<{ run: number }>(`
    UPDATE series SET best = (
      SELECT value FROM points WHERE series = series.key
        AND step = (SELECT best_step FROM runs WHERE runs.key = :run)
    ) WHERE run = :run`)
  return {
    refreshSeries(series) {
      totals.run({ series })
      last.run({ series })
    },
    refreshBest(run) {
      bestStep.run({ run })
      bestValues.run({ run })
    },
  }
}
