import type { PlannedRun, SkippedCell } from '../../src-shared/config/recipe.ts'
import type { Provenance } from '../../src-shared/run-record.ts'
import type { Store } from '../store/open.ts'
import type { NewCell, NewSuite } from '../store/suites.ts'

/** The runs of a recipe, to be stored and queued as a suite. */
export interface NewRuns extends Omit<NewSuite, 'recipe'> {
  name: string
  runs: PlannedRun[]
  skipped?: SkippedCell[] | undefined
  provenance: Provenance
  /** The id of a completed run that stands for this one, which is then not trained again. */
  reuse?: ((run: PlannedRun) => string | undefined) | undefined
}

/** Writes a suite, its cells, and as queued the runs that it needs, students linked to their teachers. */
export function storeSuite(
  store: Store,
  { name: recipe, provenance, reuse, runs, skipped = [], ...rest }: NewRuns,
): { suiteId: string; runIds: string[] } {
  const suite = store.suites.create({ ...rest, recipe })
  const ids = new Map<string, string>()
  const runIds: string[] = []
  const cells = runs.map((planned): NewCell => {
    const { name, seed, teacher = null, levels = {}, config, trialOf = null } = planned
    const cell = { name, seed, teacher, levels, config, trialOf, reason: null }
    const standIn = reuse?.(planned)
    if (standIn !== undefined) {
      ids.set(keyOf(name, seed), standIn)
      return { ...cell, runId: standIn, reused: true }
    }
    const teacherId = teacher === null ? null : (ids.get(keyOf(teacher, seed)) ?? null)
    const run = store.runs.create({ name, seed, config, suiteId: suite.id, teacherId, provenance })
    ids.set(keyOf(name, seed), run.id)
    runIds.push(run.id)
    return { ...cell, runId: run.id, reused: false }
  })
  const left = [...new Set(runs.map(({ seed }) => seed))].flatMap((seed) =>
    skipped.map(({ name, levels, reason }): NewCell => {
      const none = { teacher: null, trialOf: null, config: null, runId: null, reused: false }
      return { ...none, name, seed, levels, reason }
    }),
  )
  store.suites.addCells(suite.key, [...cells, ...left])
  return { suiteId: suite.id, runIds }
}

const keyOf = (name: string, seed: number): string => `${name}\n${seed}`
