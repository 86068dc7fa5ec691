import { UserError } from '../../src-shared/errors.ts'
import type { CellState } from '../../src-shared/suite.ts'
import type { Core } from '../core.ts'
import { currentProvenance } from '../provenance.ts'
import type { StoredSuite } from '../store/suites.ts'
import { suiteCells, type SuiteCell } from './suite-cells.ts'

export interface Continued {
  /** Runs that wait now and did not before. */
  queued: string[]
  /** Cells that are left as they are although they are not done: failed ones, and their students. */
  left: SuiteCell[]
}

/** Which cells a retry is for; a cell's name stands for all its seeds. */
export interface CellChoice {
  name?: string | undefined
  seed?: number | undefined
}

const goOn: ReadonlySet<CellState> = new Set(['interrupted', 'missing', 'blocked'])
const again: ReadonlySet<CellState> = new Set(['failed', 'pruned', ...goOn])

/**
 * Queues what of a suite is not done: interrupted cells from their checkpoints, those that never began, and
 * students that wait for a teacher that is queued or done. Failed cells are left.
 * @param retry instead of all that only the chosen failed, pruned or interrupted cells (for `{}` every failed
 * one), and the students that wait for them
 * @throws UserError where another process works on it
 */
export async function continueSuite(
  core: Core,
  suite: StoredSuite,
  retry?: CellChoice,
): Promise<Continued> {
  core.store.suites.requestStop(suite.id, false)
  const cells = suiteCells(core.store, suite)
  refuseElsewhere(core, suite, cells)
  const queued: string[] = []
  const left: SuiteCell[] = []
  /** Cells that are done or will be, and those queued here; by keyOf. */
  const ready = new Set<string>()
  const retried = new Set<string>()
  const keyOf = (name: string, seed: number) => `${name}\n${seed}`
  for (const cell of cells) {
    const { state, seed, teacher } = cell
    if (state === 'completed' || state === 'running' || state === 'waiting') {
      ready.add(keyOf(cell.name, seed))
      continue
    }
    const key = keyOf(cell.name, seed)
    const teacherKey = teacher === null ? null : keyOf(teacher, seed)
    const isTaught = teacherKey === null || ready.has(teacherKey)
    const wanted = retry
      ? (again.has(state) && isChosen(cell, retry)) ||
        (state === 'blocked' && teacherKey !== null && retried.has(teacherKey))
      : goOn.has(state)
    if (wanted && isTaught) {
      queued.push(await queueCell(core, suite, cell, cells))
      ready.add(key)
      retried.add(key)
    } else if (state === 'failed' || state === 'blocked' || (wanted && !isTaught)) left.push(cell)
  }
  return { queued, left }
}

function isChosen(cell: SuiteCell, { name, seed }: CellChoice): boolean {
  if (name === undefined) return cell.state === 'failed' && (seed ?? cell.seed) === cell.seed
  return (cell.name === name || cell.runId === name) && (seed ?? cell.seed) === cell.seed
}

async function queueCell(
  core: Core,
  suite: StoredSuite,
  cell: SuiteCell,
  cells: SuiteCell[],
): Promise<string> {
  const { store, queue } = core
  if (cell.run && cell.state !== 'missing') {
    await queue.addResumed(cell.run)
    return cell.run.id
  }
  const { name, seed, config, teacher } = cell
  if (!config) throw new Error(`cell ${name} of suite ${suite.id} has no configuration`)
  // Read again: the teacher may have got a new run a moment ago.
  const teacherCell = store.suites
    .cells(suite.key)
    .find((other) => other.name === teacher && other.seed === seed)
  return store.db
    .transaction(() => {
      const run = store.runs.create({
        name,
        seed,
        config,
        suiteId: suite.id,
        teacherId: teacherCell?.runId ?? null,
        provenance: cells.find(({ run: other }) => other)?.run?.provenance ?? currentProvenance([]),
      })
      store.suites.setRun(cell.key, run.id)
      queue.addStored(run.id)
      return run.id
    })
    .immediate()
}

function refuseElsewhere({ queue }: Core, suite: StoredSuite, cells: SuiteCell[]): void {
  const own = new Set([...queue.running(), ...queue.waiting()].map(({ runId }) => runId))
  const foreign = cells.filter(
    ({ state, run }) =>
      (state === 'running' || state === 'waiting') &&
      run &&
      run.suiteId === suite.id &&
      !own.has(run.id),
  )
  const [first] = foreign
  if (!first) return
  throw new UserError(`another Virtlab process is at work on suite ${suite.id} (${suite.recipe})`, {
    where: `cell ${first.name}, seed ${first.seed}: ${first.state}`,
    fix: `Wait for it, or stop it: virtlab suite stop ${suite.id}`,
  })
}
