import { UserError } from '../errors.ts'
import { checkGrid, checkNames, type GridProblem } from './check-grid.ts'
import { checkPlan, type PlanProblem, type RunInRecipe } from './check-plan.ts'
import { explainIssues } from './explain-issues.ts'
import { mergePatch } from './merge.ts'
import { recipeEntries, placeOfSetting, type RecipeEntry } from './recipe-entries.ts'
import { recipe as recipeSchema, type PlannedRun, type Recipe, type SkippedCell } from './recipe.ts'
import type { RecipeSource } from './recipe-source.ts'
import { runConfig } from './run.ts'
import type { Path } from './schema-path.ts'
import { suggest } from './suggest.ts'

/** What the command line changes in a recipe. */
export interface RecipeOverrides {
  seeds?: number[] | undefined
  /** Train these runs only, and the teachers they need. */
  only?: string[] | undefined
  /** Merged over every run: the parsed `--set` and `--backend`. */
  patch?: object | undefined
}

/** A problem with the field it is in. */
export interface RecipeFault {
  /** The run or cell it was found in; null: of the recipe as a whole, or of what all runs share. */
  run: string | null
  /** Where it stands in the recipe. */
  place: Path
  /** The field's path, within the run's configuration or the recipe. */
  path: Path
  message: string
  fix: string | undefined
}

export interface ExaminedRecipe {
  /** Null where the text has not the shape of one. */
  recipe: Recipe | null
  faults: RecipeFault[]
  /** One for every run or cell and seed, teachers before their students; empty where there are faults. */
  runs: PlannedRun[]
  /** Cells of the grid that cannot be trained, and why. */
  skipped: SkippedCell[]
  entries: ReadonlyMap<string, RecipeEntry>
}

/**
 * A recipe's runs, each with its whole configuration: `defaults`, then its own settings (of a cell: its
 * levels', in the factors' order), then the overrides, then the schema's defaults. Finds every fault
 * that can be found without looking at files.
 */
export function examineRecipeSource(
  source: RecipeSource,
  overrides: RecipeOverrides = {},
): ExaminedRecipe {
  const none = { runs: [], skipped: [], entries: new Map<string, RecipeEntry>() }
  const shape = recipeSchema.safeParse(source.value ?? {}, { reportInput: true })
  if (!shape.success) {
    const faults = explainIssues(recipeSchema, shape.error).map(({ path, message, fix }) =>
      ofRecipe({ path, message, fix }),
    )
    return { ...none, recipe: null, faults }
  }
  const recipe = shape.data
  const gridFaults = [...checkGrid(recipe), ...checkSeed(source, recipe)].map(ofRecipe)
  if (gridFaults.length > 0) return { ...none, recipe, faults: gridFaults }
  const list = recipeEntries(recipe)
  if (list.length === 0) {
    const fault = { path: ['runs'], message: 'the recipe has no runs', fix: undefined }
    return { ...none, recipe, faults: [ofRecipe(fault)] }
  }
  const entries = new Map(list.map((entry) => [entry.name, entry]))
  const nameFaults = [...checkNames(recipe, list)].map(ofRecipe)
  if (nameFaults.length > 0) return { ...none, recipe, faults: nameFaults }

  const faultIn = (
    run: string,
    { path, message, fix }: Pick<PlanProblem, 'path' | 'message' | 'fix'>,
  ): RecipeFault => {
    const entry = entries.get(run)
    const place = entry ? placeOfSetting(source, entry, path) : path
    return { run: place[0] === 'defaults' ? null : run, place, path, message, fix }
  }
  const { runs, skipped, faults } = parseEntries(recipe, list, overrides, faultIn)
  if (faults.length > 0) return { ...none, recipe, faults, entries }
  const { planFaults, impossible } = checkRuns(runs, entries, skipped, faultIn)
  if (planFaults.length > 0) return { ...none, recipe, faults: planFaults, entries }

  const seeds = overrides.seeds ?? recipe.seeds
  const names = select(runs, overrides.only, impossible)
  return {
    recipe,
    faults: [],
    entries,
    runs: seeds.flatMap((seed) => names.map((name) => plan(recipe, runs, entries, name, seed))),
    skipped: list.flatMap(({ name, levels }) => {
      const reason = impossible.get(name)
      const wanted = overrides.only === undefined || overrides.only.includes(name)
      return reason === undefined || !wanted ? [] : [{ name, levels, reason }]
    }),
  }
}

/** The same, for those who want it right: throws UserError that names every fault by file, line and field. */
export function expandRecipe(
  source: RecipeSource,
  overrides: RecipeOverrides = {},
): ExaminedRecipe & { recipe: Recipe } {
  const examined = examineRecipeSource(source, overrides)
  throwFaults(source, examined.faults)
  const { recipe } = examined
  if (!recipe) throw new Error('unreachable')
  return { ...examined, recipe }
}

type FaultIn = (run: string, problem: Pick<PlanProblem, 'path' | 'message' | 'fix'>) => RecipeFault

function parseEntries(
  { defaults }: Recipe,
  entries: RecipeEntry[],
  { patch = {} }: RecipeOverrides,
  faultIn: FaultIn,
) {
  const runs = new Map<string, RunInRecipe>()
  const skipped = new Map<string, string>()
  const faults: RecipeFault[] = []
  for (const { name, teacher, patches, except } of entries) {
    if (except !== undefined) {
      skipped.set(name, except)
      continue
    }
    const merged = [...patches, patch].reduce<unknown>(mergePatch, defaults)
    const parsed = runConfig.safeParse(merged, { reportInput: true })
    if (parsed.success) runs.set(name, { teacher, config: parsed.data })
    else {
      const problems = explainIssues(runConfig, parsed.error)
      faults.push(...problems.map((problem) => faultIn(name, problem)))
    }
  }
  return { runs, skipped, faults }
}

/**
 * What is impossible in a cell of a grid, where it comes from combining levels, is a reason to leave the
 * cell out; in a run that was written down it is a fault. Students of a cell that is left out go with it.
 */
function checkRuns(
  runs: Map<string, RunInRecipe>,
  entries: ReadonlyMap<string, RecipeEntry>,
  impossible: Map<string, string>,
  faultIn: FaultIn,
) {
  const isCell = (name: string) => Object.keys(entries.get(name)?.levels ?? {}).length > 0
  const planFaults: RecipeFault[] = []
  for (const problem of checkPlan(runs)) {
    const { run, message } = problem
    const teacher = runs.get(run)?.teacher
    // A teacher that is left out is there, in a way.
    if (problem.path[0] === 'teacher' && teacher !== undefined && impossible.has(teacher)) continue
    if (problem.inapplicable && isCell(run)) impossible.set(run, message)
    else planFaults.push(faultIn(run, problem))
  }
  for (let before = -1; before < impossible.size;) {
    before = impossible.size
    for (const [name, { teacher }] of runs) {
      const reason = teacher === undefined ? undefined : impossible.get(teacher)
      if (reason === undefined || impossible.has(name)) continue
      impossible.set(name, `its teacher "${teacher}" is not trained: ${reason}`)
    }
  }
  return { planFaults, impossible }
}

function plan(
  recipe: Recipe,
  runs: Map<string, RunInRecipe>,
  entries: ReadonlyMap<string, RecipeEntry>,
  name: string,
  seed: number,
): PlannedRun {
  const run = runs.get(name)
  if (!run) throw new Error(`the recipe has no run ${name}`)
  const { teacher, config } = run
  const { levels = {}, trialOf } = entries.get(name) ?? {}
  return {
    name,
    recipe: recipe.name,
    seed,
    ...(teacher === undefined ? {} : { teacher }),
    ...(Object.keys(levels).length === 0 ? {} : { levels }),
    ...(trialOf === undefined ? {} : { trialOf }),
    config: { ...config, training: { ...config.training, seed } },
  }
}

/** Seeds come from `seeds`: one given elsewhere would be overwritten without a word. */
function checkSeed(source: RecipeSource, recipe: Recipe): GridProblem[] {
  const places: Path[] = [
    ['defaults'],
    ...Object.keys(recipe.runs).map((name) => ['runs', name]),
    ...Object.entries(recipe.factors ?? {}).flatMap(([factor, levels]) =>
      Object.keys(levels).map((level) => ['factors', factor, level]),
    ),
  ]
  return places
    .map((place) => [...place, 'training', 'seed'])
    .filter((path) => source.has(path))
    .map((path) => ({
      path,
      message: 'a recipe sets its seeds for all runs',
      fix: 'Write `seeds: [1, 2, 3]` at the top of the recipe instead.',
    }))
}

/** The chosen runs with the teachers they need, teachers first, else in the recipe's order. */
function select(
  runs: Map<string, RunInRecipe>,
  only: string[] | undefined,
  impossible: ReadonlyMap<string, string>,
): string[] {
  const all = [...runs.keys()]
  for (const name of only ?? []) {
    if (runs.has(name) || impossible.has(name)) continue
    const meant = suggest(name, all)
    throw new UserError(`the recipe has no run "${name}"`, {
      where: '--only',
      fix: meant ? `Did you mean "${meant}"?` : `Its runs: ${all.join(', ')}.`,
    })
  }
  const ordered = new Set<string>()
  const add = (name: string) => {
    const teacher = runs.get(name)?.teacher
    if (teacher !== undefined && !ordered.has(teacher)) add(teacher)
    ordered.add(name)
  }
  for (const name of all) {
    if (!impossible.has(name) && (!only || only.includes(name))) add(name)
  }
  return [...ordered]
}

const ofRecipe = ({ path, message, fix }: GridProblem): RecipeFault => ({
  run: null,
  place: path,
  path,
  message,
  fix,
})

/** One error that tells all of them; a fault in what many runs share is told once, not once a run. */
export function throwFaults(
  source: RecipeSource,
  faults: Pick<RecipeFault, 'place' | 'message' | 'fix'>[],
): void {
  const told = faults.map(({ place, message, fix }) => ({
    where: `${source.locate(place)}${place.length > 0 ? ` (${place.join('.')})` : ''}`,
    message,
    fix,
  }))
  const [first, ...others] = [
    ...new Map(told.map((problem) => [problem.where + problem.message, problem])).values(),
  ]
  if (!first) return
  const { where, message, fix } = first
  if (others.length === 0) {
    throw new UserError(message, fix === undefined ? { where } : { where, fix })
  }
  const lines = others.map((problem) => `${problem.where}: ${withFix(problem)}`)
  throw new UserError([withFix(first), ...lines].join('\n'), { where })
}

const withFix = ({ message, fix }: { message: string; fix: string | undefined }): string =>
  fix === undefined ? message : `${message}\n  → ${fix}`
