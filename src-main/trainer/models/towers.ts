import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import type { PairBatch } from '../data/batch.ts'
import { encode, encodeEmbedded, type EncodedBlock, type EncoderPass } from './encoder.ts'
import type { EncoderTrace, ForwardOutput, TextVectors } from './model.ts'

export interface Towers {
  x: EncodedBlock
  y: EncodedBlock
}

/**
 * X and Y through the same encoder, neither seeing the other; segment 0 and positions from 0 in both.
 * @param layers names of the layers to run; default: all of the encoder's
 */
export function encodeTowers(pass: EncoderPass, batch: PairBatch, layers?: string[]): Towers {
  const [x, y] = encode(pass, [batch.x, batch.y], layers) as [EncodedBlock, EncodedBlock]
  return { x, y }
}

/** The traces of both towers, where they were asked for. */
export function towerTraces({ x, y }: Towers): Pick<ForwardOutput, 'towers'> {
  return x.trace && y.trace ? { towers: { x: x.trace, y: y.trace } } : {}
}

/**
 * All vectors of both texts (padding among them, masked) through layers that read them as one sequence: each token
 * attends to its own text and the other. What the towers' embeddings said of positions and segments is all that the
 * layers know of order. One X meets every Y.
 */
export function encodeJointly(
  pass: EncoderPass,
  x: TextVectors,
  y: TextVectors,
  layers: string[],
): EncodedBlock {
  const [size, yLength, width] = y.vectors.shape
  const { vectors, mask } = repeatTexts(x, size)
  const length = vectors.shape[1] + yLength
  const hidden = tf.concat<Tensor3D>([vectors, y.vectors], 1) // [batch, length, hidden]
  const rows: Tensor2D = tf.reshape(hidden, [size * length, width])
  const [joint] = encodeEmbedded(pass, rows, [tf.concat([mask, y.mask], 1)], layers) as [
    EncodedBlock,
  ]
  return joint
}

/** One text as often as wanted; as many as wanted already: themselves. */
export function repeatTexts(texts: TextVectors, count: number): TextVectors {
  const [size, vectors, width] = texts.vectors.shape
  if (size === count) return texts
  return {
    vectors: tf.broadcastTo<tf.Rank.R3>(texts.vectors, [count, vectors, width]),
    mask: tf.broadcastTo<tf.Rank.R2>(texts.mask, [count, vectors]),
  }
}

/** The towers' traces, and above them what of the joint layers belongs to X and to Y. */
export function tracesWithJoint(
  towers: Towers,
  joint: EncodedBlock,
  batch: PairBatch,
): Pick<ForwardOutput, 'towers'> {
  const { towers: below } = towerTraces(towers)
  const above = joint.trace
  if (!below || !above) return {}
  const part = (trace: EncoderTrace, start: number, length: number): EncoderTrace => {
    const rowsOf = (t: Tensor4D) => slicePositions(t, 2, start, length)
    return {
      queries: [...trace.queries, ...above.queries.map(rowsOf)],
      keys: [...trace.keys, ...above.keys.map(rowsOf)],
      hiddenStates: [
        ...trace.hiddenStates,
        ...above.hiddenStates.map((t) => slicePositions(t, 1, start, length)),
      ],
    }
  }
  const { length: xLength } = batch.x
  return {
    towers: {
      x: part(below.x, 0, xLength),
      y: part(below.y, xLength, batch.y.length),
    },
  }
}

/** t[…, start : start + length, …] along `axis`. */
function slicePositions<T extends Tensor>(t: T, axis: number, start: number, length: number): T {
  const begin = t.shape.map((_, i) => (i === axis ? start : 0))
  const size = t.shape.map((n, i) => (i === axis ? length : n))
  return tf.slice(t, begin, size)
}
