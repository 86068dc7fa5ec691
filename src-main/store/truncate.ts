import type { Database } from 'better-sqlite3'
import type { Rollups } from './rollups.ts'
import { createSummaries } from './summaries.ts'

export interface Removed {
  points: number
  predictions: number
  attention: number
  checkpoints: number
}

/**
 * Takes a run back to a checkpoint in one transaction: what it logged at later steps goes, since the
 * resumed run logs it again. Predictions carry no step; those that came in a later batch than the
 * checkpoint go. Log lines and system samples stay: they tell what happened, not what was measured.
 *
 * @param checkpoint undefined: back to the start
 */
export function createTruncate(db: Database, rollups: Rollups) {
  const summaries = createSummaries(db)
  const seriesOf = db.prepare<[number], number>('SELECT key FROM series WHERE run = ?').pluck()
  const cutPoints = db.prepare('DELETE FROM points WHERE series = ? AND step > ?')
  const cutPredictions = db.prepare('DELETE FROM predictions WHERE run = ? AND seq > ?')
  const cutAttention = db.prepare('DELETE FROM attention_snapshots WHERE run = ? AND step > ?')
  const cutCheckpoints = db.prepare('DELETE FROM checkpoints WHERE run = ? AND step > ?')

  const truncate = db.transaction(
    (run: number, checkpoint: { step: number; seq: number } | undefined): Removed => {
      const { step, seq } = checkpoint ?? { step: -1, seq: 0 }
      let points = 0
      for (const series of seriesOf.all(run)) {
        const { changes } = cutPoints.run(series, step)
        if (changes > 0) rollups.truncate(series, step)
        points += changes
      }
      const removed = {
        points,
        predictions: cutPredictions.run(run, seq).changes,
        attention: cutAttention.run(run, step).changes,
        checkpoints: cutCheckpoints.run(run, step).changes,
      }
      summaries.refreshBest(run)
      return removed
    },
  )
  return (run: number, checkpoint: { step: number; seq: number } | undefined): Removed =>
    truncate.immediate(run, checkpoint)
}
