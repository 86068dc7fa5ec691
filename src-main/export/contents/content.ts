import type { RunRecord } from '../../../src-shared/run-record.ts'
import type { Store } from '../../store/open.ts'
import type { ExportTable } from '../table.ts'

/** Something of runs that can be exported. */
export interface ExportContent {
  what: string
  /** For --help. */
  summary: string
  table(store: Store, runs: RunRecord[], options: { group: boolean }): ExportTable
}
