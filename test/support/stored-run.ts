import { onTestFinished } from 'vitest'
import { openStore, type Store } from '../../src-main/store/open.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { plannedRuns, provenance } from './plan.ts'
import { temporaryDataFolder } from './temporary.ts'

/** A store in a file of the test's own, closed and removed when it has finished. */
export function temporaryStore(): Store {
  const store = openStore(temporaryDataFolder().database)
  onTestFinished(() => store.close())
  return store
}

/** A run that is there to be written to. */
export function addRun(store: Store, change: { name?: string; seed?: number } = {}): RunRecord {
  const [plan] = plannedRuns(change.seed)
  if (!plan) throw new Error('no plan')
  const { name, seed, config } = plan
  return store.runs.create({
    name: change.name ?? name,
    seed,
    config,
    suiteId: null,
    teacherId: null,
    provenance,
  })
}
