import type {
  CountedQuantity,
  MeasureSettings,
  TimedQuantity,
  Timing,
} from '../../../src-shared/efficiency.ts'
import type { Subject } from './subject.ts'

/** Something to be timed over and over. */
export interface TimedCase {
  /** Candidates, pairs a batch or texts. */
  size: number
  /** Pairs or texts that one run works through. */
  units: number
  /** `round` chooses the texts: model and reference get the same in the same round. */
  run(round: number): Promise<void>
  dispose?(): void
}

export interface TimedQuantityDefinition {
  kind: 'timed'
  key: TimedQuantity
  /** For docs and --help: what one sample is. */
  summary: string
  /** The reference model is timed in the same rounds, so that a speed-up is known. */
  compared: boolean
  /** Sizes to measure; none where the model has no such quantity. */
  sizes(settings: MeasureSettings, subject: Subject): number[]
  /** Made right before it is timed, so that not all of them are in memory at once. */
  prepare(subject: Subject, size: number): TimedCase
}

export interface CountedQuantityDefinition {
  kind: 'counted'
  keys: CountedQuantity[]
  summary: string
  /** @param timings of the model, taken before */
  count(
    subject: Subject,
    timings: readonly Timing[],
  ): Promise<Partial<Record<CountedQuantity, number | null>>>
}
