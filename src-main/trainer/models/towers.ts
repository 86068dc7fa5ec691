import type { PairBatch } from '../data/batch.ts'
import { encode, type EncodedBlock, type EncoderPass } from './encoder.ts'
import type { ForwardOutput } from './model.ts'

export interface Towers {
  x: EncodedBlock
  y: EncodedBlock
}

/** X and Y through the same encoder, neither seeing the other; segment 0 and positions from 0 in both. */
export function encodeTowers(pass: EncoderPass, batch: PairBatch): Towers {
  const [x, y] = encode(pass, [batch.x, batch.y]) as [EncodedBlock, EncodedBlock]
  return { x, y }
}

/** The traces of both towers, where they were asked for. */
export function towerTraces({ x, y }: Towers): Pick<ForwardOutput, 'towers'> {
  return x.trace && y.trace ? { towers: { x: x.trace, y: y.trace } } : {}
}
