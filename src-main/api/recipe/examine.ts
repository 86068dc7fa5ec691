import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { checkPlan, type RunInRecipe } from '../../../src-shared/config/check-plan.ts'
import { expandRecipe } from '../../../src-shared/config/expand-recipe.ts'
import { explainIssues } from '../../../src-shared/config/explain-issues.ts'
import { mergePatch } from '../../../src-shared/config/merge.ts'
import {
  recipe as recipeSchema,
  type PlannedRun,
  type Recipe,
} from '../../../src-shared/config/recipe.ts'
import { readRecipeSource, type RecipeSource } from '../../../src-shared/config/recipe-source.ts'
import { runConfig } from '../../../src-shared/config/run.ts'
import type { Path } from '../../../src-shared/config/schema-path.ts'
import type { RecipeProblem } from '../../../src-shared/contract/recipe.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { mapPaths } from '../../recipe/load-recipe.ts'

export interface Examined {
  recipe: Recipe | null
  problems: RecipeProblem[]
  /** With absolute paths; empty where there is a problem. */
  runs: PlannedRun[]
}

const file = 'recipe'

/**
 * Checks a recipe's text as the command line does, and names every problem with its field and line, for
 * a form and an editor to show it there. @param folder what relative paths are meant from
 */
export function examineRecipe(yaml: string, folder: string | undefined): Examined {
  const syntax = checkSyntax(yaml)
  if (syntax) return { recipe: null, problems: [syntax], runs: [] }
  const source = readRecipeSource(yaml, file)
  const shape = recipeSchema.safeParse(source.value ?? {}, { reportInput: true })
  if (!shape.success) {
    const problems = explainIssues(recipeSchema, shape.error).map(({ path, message, fix }) =>
      locate(source, null, path, [path], message, fix),
    )
    return { recipe: null, problems, runs: [] }
  }
  const recipe = shape.data
  const problems = [...checkSettings(source, recipe)]
  if (problems.length > 0) return { recipe, problems: withoutRepeats(problems), runs: [] }
  try {
    const { runs } = expandRecipe(source)
    const resolved = resolvePaths(source, runs, folder)
    return resolved.problems.length > 0
      ? { recipe, problems: withoutRepeats(resolved.problems), runs: [] }
      : { recipe, problems: [], runs: resolved.runs }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { recipe, problems: [ofUserError(error)], runs: [] }
  }
}

function checkSyntax(yaml: string): RecipeProblem | undefined {
  const lines = new LineCounter()
  const { errors, warnings } = parseDocument(yaml, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
  })
  const [first] = [...errors, ...warnings]
  if (!first) return undefined
  const { line, col } = lines.linePos(first.pos[0])
  const message = first.message.replace(/\.$/, '')
  return { run: null, path: '', line, column: col, message, fix: 'A recipe is YAML or JSON.' }
}

function* checkSettings(source: RecipeSource, recipe: Recipe): Generator<RecipeProblem> {
  const runs = new Map<string, RunInRecipe>()
  const places = (run: string, path: Path): Path[] => [
    ['runs', run, ...path],
    ['defaults', ...path],
  ]
  for (const [name, { teacher, ...own }] of Object.entries(recipe.runs)) {
    const parsed = runConfig.safeParse(mergePatch(recipe.defaults, own), { reportInput: true })
    if (parsed.success) runs.set(name, { teacher, config: parsed.data })
    else {
      for (const { path, message, fix } of explainIssues(runConfig, parsed.error)) {
        yield locate(source, name, path, places(name, path), message, fix)
      }
    }
  }
  if (runs.size < Object.keys(recipe.runs).length) return
  for (const { run, path, message, fix } of checkPlan(runs)) {
    yield locate(source, run, path, places(run, path), message, fix)
  }
}

function resolvePaths(source: RecipeSource, runs: PlannedRun[], folder: string | undefined) {
  const problems: RecipeProblem[] = []
  const resolved = runs.map((run) => ({
    ...run,
    config: mapPaths(run.config, (value, field) => {
      const places: Path[] = [
        ['runs', run.name, ...field],
        ['defaults', ...field],
      ]
      const problem = (message: string, fix?: string) =>
        problems.push(locate(source, run.name, field, places, message, fix))
      if (!isAbsolute(value) && folder === undefined) {
        problem(`"${value}" is no absolute path`, 'Give the whole path, from the root.')
        return value
      }
      const target = folder === undefined ? value : resolve(folder, value)
      if (!existsSync(target)) problem(`there is no ${target}`)
      return target
    }),
  }))
  return { problems, runs: resolved }
}

/** Points at the place that has most of the field's path in the text. */
function locate(
  source: RecipeSource,
  run: string | null,
  path: Path,
  places: Path[],
  message: string,
  fix: string | undefined,
): RecipeProblem {
  const depth = (place: Path) => {
    let length = place.length
    while (length > 0 && !source.has(place.slice(0, length))) length--
    return place.length === 0 ? 0 : length - (place.length - path.length)
  }
  const best = places.reduce((a, b) => (depth(b) > depth(a) ? b : a))
  const [, line, column] = /:(\d+):(\d+)$/.exec(source.locate(best)) ?? []
  const isShared = best[0] === 'defaults' && depth(best) > 0
  return {
    run: isShared ? null : run,
    path: path.join('.'),
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
    message,
    fix: fix ?? null,
  }
}

function ofUserError({ message, where, fix }: UserError): RecipeProblem {
  const [, line, column, , path] = /:(\d+):(\d+)( \((.*)\))?$/.exec(where ?? '') ?? []
  return {
    run: null,
    path: path ?? '',
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
    message,
    fix: fix ?? null,
  }
}

/** A problem in `defaults` is told once, not once a run. */
function withoutRepeats(problems: RecipeProblem[]): RecipeProblem[] {
  const key = ({ run, path, line, message }: RecipeProblem) =>
    JSON.stringify([line === null ? run : line, path, message])
  const firsts = new Map<string, RecipeProblem>()
  for (const problem of problems) if (!firsts.has(key(problem))) firsts.set(key(problem), problem)
  return [...firsts.values()]
}
