import { UserError } from '../errors.ts'
import { checkPlan, type RunInRecipe } from './check-plan.ts'
import { explainIssues, type ConfigProblem } from './explain-issues.ts'
import { mergePatch } from './merge.ts'
import { recipe as recipeSchema, type PlannedRun, type Recipe } from './recipe.ts'
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

/** A problem with where it is in the recipe's text. */
export interface LocatedProblem {
  where: string
  message: string
  fix: string | undefined
}

/**
 * A recipe's runs, one for every run and seed, each with its whole configuration: `defaults`, then the
 * run's own settings, then the overrides, then the schema's defaults. Teachers stand before their
 * students. Throws UserError that names every problem by file, line and field.
 */
export function expandRecipe(
  source: RecipeSource,
  overrides: RecipeOverrides = {},
): { recipe: Recipe; runs: PlannedRun[] } {
  const recipe = parseShape(source)
  const runs = new Map<string, RunInRecipe>()
  const problems: LocatedProblem[] = []
  for (const [name, { teacher, ...own }] of Object.entries(recipe.runs)) {
    const merged = mergePatch(mergePatch(recipe.defaults, own), overrides.patch ?? {})
    const parsed = runConfig.safeParse(merged, { reportInput: true })
    if (parsed.success) {
      runs.set(name, { teacher, config: parsed.data })
    } else {
      const found = explainIssues(runConfig, parsed.error)
      problems.push(...found.map((problem) => locate(source, name, problem)))
    }
  }
  problems.push(...checkSeed(source, recipe))
  throwProblems(problems)
  throwProblems(
    checkPlan(runs).map((problem) =>
      locate(source, problem.run, { ...problem, unknownKey: false }),
    ),
  )
  const seeds = overrides.seeds ?? recipe.seeds
  const names = select(runs, overrides.only)
  return {
    recipe,
    runs: seeds.flatMap((seed) => names.map((name) => plan(recipe, runs, name, seed))),
  }
}

function plan(
  recipe: Recipe,
  runs: Map<string, RunInRecipe>,
  name: string,
  seed: number,
): PlannedRun {
  const run = runs.get(name)
  if (!run) throw new Error(`the recipe has no run ${name}`)
  const { teacher, config } = run
  return {
    name,
    recipe: recipe.name,
    seed,
    ...(teacher === undefined ? {} : { teacher }),
    config: { ...config, training: { ...config.training, seed } },
  }
}

function parseShape(source: RecipeSource): Recipe {
  const parsed = recipeSchema.safeParse(source.value ?? {}, { reportInput: true })
  if (!parsed.success) {
    throwProblems(
      explainIssues(recipeSchema, parsed.error).map((problem) => ({
        where: `${source.locate(problem.path)}${field(problem.path)}`,
        message: problem.message,
        fix: problem.fix,
      })),
    )
    throw new Error('unreachable')
  }
  if (Object.keys(parsed.data.runs).length === 0) {
    throw new UserError('the recipe has no runs', { where: source.locate(['runs']) })
  }
  return parsed.data
}

/** Seeds come from `seeds`: one given elsewhere would be overwritten without a word. */
function checkSeed(source: RecipeSource, recipe: Recipe): LocatedProblem[] {
  const paths: Path[] = [
    ['defaults', 'training', 'seed'],
    ...Object.keys(recipe.runs).map((name) => ['runs', name, 'training', 'seed']),
  ]
  return paths
    .filter((path) => source.has(path))
    .map((path) => ({
      where: `${source.locate(path)}${field(path)}`,
      message: 'a recipe sets its seeds for all runs',
      fix: 'Write `seeds: [1, 2, 3]` at the top of the recipe instead.',
    }))
}

/** The chosen runs with the teachers they need, teachers first, else in the recipe's order. */
function select(runs: Map<string, RunInRecipe>, only: string[] | undefined): string[] {
  const all = [...runs.keys()]
  for (const name of only ?? []) {
    if (runs.has(name)) continue
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
  for (const name of all) if (!only || only.includes(name)) add(name)
  return [...ordered]
}

/** Where a run's setting stands: with the run or in the defaults, whichever has more of its path. */
export function locateSetting(source: RecipeSource, run: string, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    for (const place of [['runs', run], ['defaults']]) {
      if (source.has([...place, ...path.slice(0, length)])) {
        const whole = [...place, ...path]
        return `${source.locate(whole)}${field(whole)}`
      }
    }
  }
  const whole = ['runs', run, ...path]
  return `${source.locate(whole)}${field(whole)}`
}

function locate(source: RecipeSource, run: string, problem: ConfigProblem): LocatedProblem {
  const { path, message, fix } = problem
  return { where: locateSetting(source, run, path), message, fix }
}

const field = (path: Path): string => (path.length > 0 ? ` (${path.join('.')})` : '')

/** One error that tells all of them; a problem in `defaults` is told once, not once a run. */
export function throwProblems(problems: LocatedProblem[]): void {
  const distinct = [
    ...new Map(problems.map((problem) => [problem.where + problem.message, problem])).values(),
  ]
  const [first, ...others] = distinct
  if (!first) return
  const { where, message, fix } = first
  if (others.length === 0)
    throw new UserError(message, fix === undefined ? { where } : { where, fix })
  const lines = others.map((problem) => `${problem.where}: ${withFix(problem)}`)
  throw new UserError([withFix(first), ...lines].join('\n'), { where })
}

const withFix = ({ message, fix }: LocatedProblem): string =>
  fix === undefined ? message : `${message}\n  → ${fix}`
