import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { UserError } from '../../src-shared/errors.ts'
import { trainedConfig, type RunRecord } from '../../src-shared/run-record.ts'
import type { Core } from '../core.ts'
import { dataLabel } from '../results/summarize.ts'

/** A checkpoint to be measured. */
export interface Checkpoint {
  /** Null: a folder. */
  run: RunRecord | null
  name: string
  dir: string
  checkpoint: { kind: 'best' | 'last'; step: number } | null
}

/** The run's checkpoint, best by default. Throws UserError where it is not there (any more). */
export function checkpointOfRun(
  { store, runDir }: Core,
  run: RunRecord,
  kind: 'best' | 'last' = 'best',
): Checkpoint {
  trainedConfig(run)
  const found = store.details.checkpoint(run.key, kind)
  const dir = found && join(runDir(run.id), found.path)
  if (!found || !dir || !existsSync(join(dir, 'model.safetensors'))) {
    throw new UserError(
      found ? `its ${kind} checkpoint is not there any more` : `there is no ${kind} checkpoint`,
      {
        where: `run ${run.id} (${run.name})`,
        fix: found ? 'Train the run again.' : 'Wait for its first evaluation.',
      },
    )
  }
  return { run, name: run.name, dir, checkpoint: { kind, step: found.step } }
}

/** A run by id, first letters or name; or a folder that Virtlab has saved a model in. */
export function checkpointOf(core: Core, reference: string, kind?: 'best' | 'last'): Checkpoint {
  const folder = resolve(reference)
  if (existsSync(folder) && statSync(folder).isDirectory()) {
    return { run: null, name: basename(folder), dir: folder, checkpoint: null }
  }
  return checkpointOfRun(core, core.store.runs.find(reference), kind)
}

/**
 * What a run is compared with if nothing else is asked for: its teacher, else the newest cross_encoder that was trained
 * to the end on the same dataset. Undefined: there is none.
 */
export function usualReference(core: Core, of: RunRecord): Checkpoint | undefined {
  const { runs } = core.store
  if (of.config?.model.type === 'cross_encoder') return undefined
  const data = of.config && dataLabel(of.config)
  const teacher = of.teacherId === null ? [] : [runs.get(of.teacherId)]
  const others = runs
    .list({ status: 'completed' })
    .filter(({ config }) => config && dataLabel(config) === data)
  for (const run of [...teacher, ...others]) {
    if (run.config?.model.type !== 'cross_encoder') continue
    try {
      return checkpointOfRun(core, run)
    } catch (error) {
      // Its weights are gone: the next one may have its own.
      if (!(error instanceof UserError)) throw error
    }
  }
  return undefined
}

/** So many pairs at most are read: enough that their lengths stand for the dataset's. */
const maxPairs = 1000

/** The pairs that a run has answered, in an order that is not the file's; the test set's where there is no dev set. */
export function pairsOf(
  { store }: Core,
  run: RunRecord,
): { source: 'dev' | 'test'; pairs: { x: string; y: string }[] } {
  for (const source of ['dev', 'test'] as const) {
    const all = [...store.details.predictions(run.key, source)]
    if (all.length === 0) continue
    const every = Math.max(1, all.length / maxPairs)
    const pairs = Array.from({ length: Math.min(all.length, maxPairs) }, (_, i) => {
      const { x, y } = all[Math.floor(i * every)]!
      return { x, y }
    })
    return { source, pairs }
  }
  throw new UserError('it has answered no pairs yet, so there are no texts to measure with', {
    where: `run ${run.id} (${run.name})`,
    fix: 'Wait for its first evaluation, or give lengths: virtlab measure … --lengths 64/64.',
  })
}
