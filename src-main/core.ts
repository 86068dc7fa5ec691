import { join } from 'node:path'
import type { DataFolder } from './data-folder.ts'
import { createQueue, type Queue } from './queue/queue.ts'
import { absorbUnsent } from './queue/resume-point.ts'
import { createPruner } from './suite/prune.ts'
import { openStore, type Store } from './store/open.ts'

/** Store and queue of one data folder; what the window, the served mode and the command line sit on. */
export interface Core {
  readonly folder: DataFolder
  readonly store: Store
  readonly queue: Queue
  /** A run's own folder. */
  readonly runDir: (id: string) => string
  close(): void
}

/**
 * Opens a data folder. Runs whose process has gone are marked crashed, and what their trainers could not
 * deliver is written. Knows neither Electron nor the command line.
 */
export function createCore(options: {
  dataFolder: DataFolder
  /** For tests: another trainer program. */
  trainerEntry?: string
}): Core {
  const { dataFolder: folder, trainerEntry } = options
  const store = openStore(folder.database)
  const runDir = (id: string) => join(folder.runs, id)
  for (const run of store.runs.list({ status: 'crashed' })) {
    absorbUnsent(store, run, runDir(run.id))
  }
  return {
    folder,
    store,
    queue: createQueue(store, folder, { trainerEntry, review: createPruner(store) }),
    runDir,
    close: () => store.close(),
  }
}
