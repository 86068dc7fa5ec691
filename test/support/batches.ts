import type { TrainerBatch } from '../../src-shared/protocol.ts'

/** A batch of the protocol with this content and nothing else. */
export function batchOf(
  runId: string,
  seq: number,
  content: Partial<Omit<TrainerBatch, 'type' | 'runId' | 'seq'>> = {},
): TrainerBatch {
  return {
    logs: [],
    predictions: [],
    attention: [],
    checkpoints: [],
    system: [],
    ...content,
    type: 'batch',
    runId,
    seq,
  }
}

/** Points of one series as the protocol's columns. */
export function pointsOf(
  key: string,
  points: readonly (readonly [step: number, value: number])[],
): NonNullable<TrainerBatch['points']> {
  return {
    keys: [key],
    keyIndex: new Uint16Array(points.length),
    step: Float64Array.from(points, ([step]) => step),
    value: Float64Array.from(points, ([, value]) => value),
    time: new Float64Array(points.length).fill(1_700_000_000_000),
  }
}
