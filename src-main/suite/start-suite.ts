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
  reused: RunRecord[]
}

/**
 * Queues what a plan needs. A suite of the same plan (the same cells, settings and data) is gone on with; in
 * a new one, a run that is there already with the same settings, data, seed and teacher, and whose
 * checkpoint is what was recorded, is not trained again.
 * @param fresh train everything anew
 */
export async function startSuite(
  core: Core,
  plan: SuitePlan,
  options: { provenance: Provenance; fresh?: boolean },
): Promise<StartedSuite> {
  const planHash = await hashPlan(plan)
  const former = options.fresh ? undefined : core.store.suites.withPlan(planHash)
  if (former) {
    return { suite: former, isNew: false, reused: [], ...(await continueSuite(core, former)) }
  }
  const reusable = options.fresh
    ? new Map<string, RunRecord>()
    : await findReusable(core, plan.runs)
  const { suiteId, runIds } = core.queue.addRecipe({
    ...plan,
    planHash,
    provenance: options.provenance,
    reuse: (run) => reusable.get(keyOf(run))?.id,
  })
  return {
    suite: core.store.suites.get(suiteId),
    isNew: true,
    reused: [...new Set(reusable.values())],
    queued: runIds,
    left: [],
  }
}

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
