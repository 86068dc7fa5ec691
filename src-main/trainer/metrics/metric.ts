import type { ConfusionMatrix } from './confusion.ts'
import type { Ranking } from './rankings.ts'

/** What every metric has; it is logged as `dev/<key>` and `test/<key>`. */
interface Named {
  key: string
}

/** Of right and wrong answers, whatever the classes mean. */
export interface ClassMetric extends Named {
  of: 'classes'
  appliesTo(classes: number): boolean
  compute(matrix: ConfusionMatrix): number
}

/** Of ordered labels: how the expected scores go with the gold ones. */
export interface ScoreMetric extends Named {
  of: 'scores'
  /** Both [examples]; 0 where either never changes, which leaves a correlation undefined. */
  compute(gold: ArrayLike<number>, scores: ArrayLike<number>): number
}

/** Of candidates that are ranked for queries. */
export interface RankingMetric extends Named {
  of: 'rankings'
  /** The mean over queries, each with a relevant candidate. */
  compute(rankings: readonly Ranking[]): number
}

export type Metric = ClassMetric | ScoreMetric | RankingMetric
