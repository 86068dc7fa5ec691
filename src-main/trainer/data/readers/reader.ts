/** A row as the file has it, before anyone knows which column is which. */
export interface RawRow {
  /** Line the row starts on, from 1 (Parquet: row number). */
  line: number
  /** By position, or by key; undefined for a blank line. */
  cells: RawCells | undefined
}

export type RawCells = readonly unknown[] | Readonly<Record<string, unknown>>

export interface RawTable {
  /** Column names where the format itself has them (Parquet); a header line is just the first row. */
  columns: readonly string[] | undefined
  /** Streams the rows once; `columns` names the only ones needed, where the format can leave some out. */
  rows(columns?: readonly string[]): AsyncIterable<RawRow>
  /** Names behind a column's integers, where the format records them (Hugging Face ClassLabel). */
  classNames(column: string): readonly string[] | undefined
}

/**
 * Opens a file of one format. A fault that makes the rest of the file unreadable (bytes that are not
 * UTF-8, broken JSON, an unclosed quote) is thrown as a UserError that names file and line; a row that
 * reads but does not fit is left for the caller to judge.
 */
export type Reader = (path: string) => Promise<RawTable>
