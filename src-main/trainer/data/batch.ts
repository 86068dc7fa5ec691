/** A pair after WordPiece and truncation: content ids only, without [CLS] and [SEP]. */
export interface EncodedPair {
  id: string
  xIds: Int32Array
  yIds: Int32Array
  label: number
}

/** Special ids a batch is built with. */
export interface SpecialTokenIds {
  cls: number
  sep: number
  pad: number
}

/** Sequences padded to the batch's longest; row-major. */
export interface TokenBlock {
  batch: number
  /** Padded length, special tokens included. */
  length: number
  inputIds: Int32Array // [batch * length]
  tokenTypeIds: Int32Array // [batch * length]
  attentionMask: Float32Array // [batch * length], 1 = token, 0 = padding
  /** Valid tokens of each row, special tokens included. */
  lengths: Int32Array // [batch]
}

/** The same pairs in both layouts: two towers for a student, one joint sequence for a cross-encoder. */
export interface PairBatch {
  ids: string[]
  labels: Int32Array // [batch]
  /** [CLS] x [SEP] PAD; segment 0, positions from 0. */
  x: TokenBlock
  /** [CLS] y [SEP] PAD; segment 0, positions from 0. */
  y: TokenBlock
  /** [CLS] x [SEP] y [SEP] PAD; segments 0 and 1. y's content starts at x.lengths[i]. */
  joint: TokenBlock
}
