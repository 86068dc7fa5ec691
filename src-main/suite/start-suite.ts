import { createHash } from 'node:crypto'
import type { PlannedRun } from '../../src-shared/config/recipe.ts'
import type { Provenance, RunRecord } from '../../src-shared/run-record.ts'
import type { Core } from '../core.ts'
import { bestCheckpoint } from '../queue/resume-point.ts'
import type { StoredSuite } from '../store/suites.ts'
import { continueSuite, type Continued } from './continue-suite.ts'
import { fingerprint } from './fingerprint.ts'
import type { SuitePlan } from './plan-suite.ts'

export interface StartedSuite extends Continued {
  suite: StoredSuite
  /** False: a suite of the same plan was there and is gone on with. */
  isNew: boolean
  /** Runs of earlier suites that fill cells of this one. */
  reused: { cell: string; run: RunRecord }[]
}

/** What a plan would find in the store. */
export interface SuiteFindings {
  planHash: string
  /** The newest suite of the same plan. */
  former: StoredSuite | undefined
  /** Runs that are what a planned one would become. */
  reusable: (run: PlannedRun) => RunRecord | undefined
}

/**
 * Looks for a suite of the same plan (the same cells, settings and data), and for runs with the same settings,
 * data, seed and teacher, whose checkpoints are what was recorded.
 */
export async function lookForSuite(core: Core, plan: SuitePlan): Promise<SuiteFindings> {
  const planHash = await hashPlan(plan)
  const former = core.store.suites.withPlan(planHash)
  const found = await findReusable(core, plan.runs)
  return { planHash, former, reusable: (run) => found.get(keyOf(run)) }
}

/**
 * Queues what a plan needs. A suite of the same plan is gone on with; a new one takes over the runs that are
 * there already.
 * @param fresh make a new suite and train everything anew
 */
export async function startSuite(
  core: Core,
  plan: SuitePlan,
  options: { provenance: Provenance; fresh?: boolean },
): Promise<StartedSuite> {
  const { planHash, former, reusable } = await lookForSuite(core, plan)
  const { provenance, fresh = false } = options
  if (former && !fresh) {
    return { suite: former, isNew: false, reused: [], ...(await continueSuite(core, former)) }
  }
  const reused: StartedSuite['reused'] = []
  const { suiteId, runIds } = core.queue.addRecipe({
    ...plan,
    text: textOf(plan),
    planHash,
    provenance,
    reuse(planned) {
      const run = fresh ? undefined : reusable(planned)
      if (run) reused.push({ cell: planned.name, run })
      return run?.id
    },
  })
  const suite = core.store.suites.get(suiteId)
  return { suite, isNew: true, reused, queued: runIds, left: [] }
}

/** The recipe's text and, as comments, what was asked for over it. */
const textOf = ({ overrides, text }: SuitePlan): string =>
  [...overrides.map((option) => `# ${option.replaceAll(/\s+/g, ' ')}`), text].join('\n')

/** Of everything that the cells are made from; seeds and their order count, the recipe's wording does not. */
async function hashPlan({ name, runs, skipped }: SuitePlan): Promise<string> {
  const cells: unknown[] = []
  for (const { name: cell, seed, teacher = null, levels = {}, config } of runs) {
    cells.push([cell, seed, teacher, levels, await fingerprint(config, null)])
  }
  return createHash('sha256')
    .update(JSON.stringify([name, cells, skipped]))
    .digest('hex')
}

const keyOf = ({ name, seed }: Pick<PlannedRun, 'name' | 'seed'>): string => `${name}\n${seed}`

/** Completed runs that are what the planned ones would become, by keyOf. Teachers stand first in `runs`. */
async function findReusable(core: Core, runs: PlannedRun[]): Promise<Map<string, RunRecord>> {
  const found = new Map<string, RunRecord>()
  const weights = new Map<string, string>()
  for (const planned of runs) {
    const { teacher, seed, config } = planned
    const taughtBy = teacher === undefined ? null : weights.get(keyOf({ name: teacher, seed }))
    // A student of a teacher that has yet to be trained is not there yet either.
    if (taughtBy === undefined) continue
    const print = await fingerprint(config, taughtBy)
    for (const run of core.store.runs.completedWith(print)) {
      const sha256 = await verifiedWeights(core, run)
      if (sha256 === undefined) continue
      found.set(keyOf(planned), run)
      weights.set(keyOf(planned), sha256)
      break
    }
  }
  return found
}

/** Of the best checkpoint, where its file is there and is what was recorded. */
async function verifiedWeights(core: Core, run: RunRecord): Promise<string | undefined> {
  try {
    return (await bestCheckpoint(core.store, run, core.runDir(run.id))).sha256
  } catch {
    return undefined
  }
}
