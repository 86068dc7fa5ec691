import { LineCounter, parseDocument } from 'yaml'
import {
  examineRecipeSource,
  type RecipeFault,
  type RecipeOverrides,
} from '../../../src-shared/config/expand-recipe.ts'
import type { PlannedRun, Recipe, SkippedCell } from '../../../src-shared/config/recipe.ts'
import { readRecipeSource, type RecipeSource } from '../../../src-shared/config/recipe-source.ts'
import type { RecipeProblem } from '../../../src-shared/contract/recipe.ts'
import { resolvePaths } from '../../recipe/load-recipe.ts'

export interface Examined {
  recipe: Recipe | null
  problems: RecipeProblem[]
  /** With absolute paths; empty where there is a problem. */
  runs: PlannedRun[]
  skipped: SkippedCell[]
}

const file = 'recipe'

/**
 * Checks a recipe's text as the command line does, and names every problem with its field and line, for
 * a form and an editor to show it there. @param folder what relative paths are meant from
 */
export function examineRecipe(
  yaml: string,
  folder: string | undefined,
  overrides: RecipeOverrides = {},
): Examined {
  const syntax = checkSyntax(yaml)
  if (syntax) return { recipe: null, problems: [syntax], runs: [], skipped: [] }
  const source = readRecipeSource(yaml, file)
  const examined = examineRecipeSource(source, overrides)
  const { recipe, skipped } = examined
  const { runs, faults } = resolvePaths(source, examined, folder)
  const all = [...examined.faults, ...faults]
  if (all.length > 0) {
    const problems = withoutRepeats(all.map((fault) => problemOf(source, fault)))
    return { recipe, problems, runs: [], skipped: [] }
  }
  return { recipe, problems: [], runs, skipped }
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

function problemOf(source: RecipeSource, fault: RecipeFault): RecipeProblem {
  const { run, place, path, message, fix } = fault
  const [, line, column] = /:(\d+):(\d+)$/.exec(source.locate(place)) ?? []
  return {
    run,
    path: path.join('.'),
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
