import type { RunRecord } from '../../src-shared/run-record.ts'
import type { CellState } from '../../src-shared/suite.ts'
import type { Store } from '../store/open.ts'
import type { StoredCell, StoredSuite } from '../store/suites.ts'

/** A cell with the run that fills it and how it stands. */
export interface SuiteCell extends StoredCell {
  run: RunRecord | undefined
  state: CellState
  /** Why it is impossible, pruned, failed, blocked or interrupted. */
  why: string | undefined
}

/** A suite's cells in the order they are trained. */
export function suiteCells(store: Store, suite: StoredSuite): SuiteCell[] {
  const cells = store.suites.cells(suite.key)
  const runs = new Map<string, RunRecord>()
  for (const { runId } of cells) if (runId !== null) runs.set(runId, store.runs.get(runId))
  return cells.map((cell) => {
    const run = cell.runId === null ? undefined : runs.get(cell.runId)
    const teacherId = run?.teacherId ?? null
    const teacher =
      teacherId === null ? undefined : (runs.get(teacherId) ?? store.runs.get(teacherId))
    return { ...cell, run, ...stateOf(cell, run, teacher) }
  })
}

function stateOf(
  { config, reason }: StoredCell,
  run: RunRecord | undefined,
  teacher: RunRecord | undefined,
): Pick<SuiteCell, 'state' | 'why'> {
  if (config === null) return { state: 'impossible', why: reason ?? undefined }
  if (!run || run.deletedAt !== null) return { state: 'missing', why: undefined }
  const why = run.error?.message
  switch (run.status) {
    case 'completed':
      return { state: 'completed', why: undefined }
    case 'running':
      return { state: 'running', why: undefined }
    case 'queued':
      return { state: 'waiting', why: undefined }
    case 'stopped':
    case 'crashed':
      return reason === null || run.status === 'crashed'
        ? { state: 'interrupted', why }
        : { state: 'pruned', why: reason }
    case 'failed':
      return run.startedAt === null && teacher && teacher.status !== 'completed'
        ? { state: 'blocked', why: `its teacher ${teacher.name} (${teacher.id}) ${teacher.status}` }
        : { state: 'failed', why }
  }
}
