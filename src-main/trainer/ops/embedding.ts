import * as tf from '@tensorflow/tfjs-core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { withGradient } from './with-gradient.ts'

/** Rows of `table` [entries, hidden] by `ids` [rows] (int32) → [rows, hidden]. */
export function embedding(table: tf.Tensor, ids: Tensor1D): Tensor2D {
  const entries = table.shape[0]
  return withGradient([table], () => ({
    value: tf.gather(table as Tensor2D, ids),
    saved: [ids],
    gradient: (dy: Tensor2D, [ids]) => [tf.unsortedSegmentSum(dy, ids, entries)],
  }))
}
