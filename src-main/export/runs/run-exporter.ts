import type { RunRecord } from '../../../src-shared/run-record.ts'
import type { Store } from '../../store/open.ts'

export interface RunExportOptions {
  /** A folder to write to. */
  out?: string | undefined
  /** A server to send to. */
  url?: string | undefined
  /** What the runs are gathered under there; default: their recipe. */
  experiment?: string | undefined
}

/** A program that runs can be handed to. */
export interface RunExporter {
  format: string
  /** For --help. */
  summary: string
  /** Yields a line for people for every run. Throws UserError for what is missing among the options. */
  export(store: Store, runs: readonly RunRecord[], options: RunExportOptions): AsyncIterable<string>
}
