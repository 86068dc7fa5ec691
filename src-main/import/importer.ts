import type { LeftKind, LeftOver } from '../../src-shared/contract/import.ts'
import type { ImportFormat } from '../../src-shared/run-record.ts'
import type { Staging } from './staging.ts'

/** Something that runs can be imported from. It reads what there is into a database of its own (`staging`). */
export interface Importer {
  format: ImportFormat
  /** For --help. */
  summary: string
  /** Whether the path holds this, told from names and first bytes. */
  detect(path: string): boolean
  stage(path: string, into: Stage): Promise<void>
}

export interface Stage {
  readonly staging: Staging
  readonly left: LeftCounts
  /** Bytes (or files) read so far. */
  progress(done: number, total: number): void
  /** The database that the runs go to. */
  readonly target: string
}

/** What is not taken over, counted by kind. */
export interface LeftCounts {
  add(kind: LeftKind, example?: string, n?: number): void
  list(): LeftOver[]
}

export function createLeftCounts(): LeftCounts {
  const counts = new Map<LeftKind, LeftOver>()
  return {
    add(kind, example, n = 1) {
      const found = counts.get(kind)
      if (found) found.n += n
      else counts.set(kind, { kind, n, example: example ?? null })
    },
    list: () => [...counts.values()],
  }
}
