/** One sentence pair with its gold class. */
export interface PairExample {
  /** From the file's id column, else `<file name>:<line>`. */
  id: string
  x: string
  y: string
  /** Index into `PairDataset.labels`. */
  label: number
  /** What it is a candidate for, where the file has a column for that. */
  query?: string
}

/** Every row of a file is accounted for: rowsRead = rowsKept + Σ skipped.count. */
export interface FileReport {
  path: string
  format: 'tsv' | 'csv' | 'jsonl' | 'parquet' | 'generated'
  /** The column layout that was used, in words a person understands. */
  layout: string
  rowsRead: number
  rowsKept: number
  skipped: { reason: string; count: number; firstLines: number[] }[]
  labelCounts: Record<string, number>
  /** What else a person should know: a limit that was reached, ids made unique, overlap with train. */
  notes?: string[]
}

/** How dev and test were cut from train. */
export interface SplitReport {
  by: 'x' | 'y' | 'row'
  seed: number
  /** Groups are rows that share the text; each stays on one side. */
  parts: Record<'train' | 'dev' | 'test', { rows: number; groups: number }>
}

export interface PairDataset {
  labels: string[]
  train: PairExample[]
  dev: PairExample[]
  test: PairExample[]
  reports: FileReport[]
  /** Present where a part was cut from train. */
  split?: SplitReport
  /** The dataset's own WordPiece vocabulary file (the demo has one). */
  vocabPath: string | undefined
}
