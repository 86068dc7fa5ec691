import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'

/** One direction of one layer, as a reduction sees it. */
export interface VirtBlock {
  /** Student's scores before the softmax, padded keys masked. */
  studentScores: Tensor4D // [batch, heads, rows, keys]
  /** Teacher's block softmax; constant. */
  teacherMap: Tensor4D // [batch, heads, rows, keys]
  /** See BlockMasks.rowWeight. */
  rowWeight: Tensor3D // [batch, 1, rows]
  /** Padded length of X with [CLS] and [SEP]: the paper's T. */
  xTowerLength: number
}

/** How the differences of two maps become one number (virt.md, "VIRT distillation"). */
export interface VirtReduction {
  /** Loss of one direction of one layer; the layers' losses are averaged. */
  blockLoss(block: VirtBlock): Scalar
  /** Whether the two directions are averaged or added. */
  directions: 'mean' | 'sum'
}
