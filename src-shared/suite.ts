import { z } from 'zod'

/**
 * How a suite's cell stands:
 * impossible (it cannot be trained, or shall not) · waiting (for its turn, or for its teacher) · running ·
 * completed · pruned (stopped because it lagged behind) · failed · blocked (its teacher failed) ·
 * interrupted (stopped, or its process went away: it goes on from its checkpoint) · missing (its run was
 * deleted).
 */
export const cellStates = [
  'completed',
  'running',
  'waiting',
  'interrupted',
  'failed',
  'blocked',
  'pruned',
  'missing',
  'impossible',
] as const
export const cellState = z.enum(cellStates)
export type CellState = z.infer<typeof cellState>

/** States that a suite is done with, without anybody's doing. */
export const settledStates: ReadonlySet<CellState> = new Set(['completed', 'pruned', 'impossible'])
