import type { Recipe } from './recipe.ts'
import type { RecipeEntry } from './recipe-entries.ts'
import { runConfig } from './run.ts'
import { leafPaths, schemaAt, type Path } from './schema-path.ts'
import { suggest } from './suggest.ts'
import { choicesOf, gridSize, type SweepConfig, type SweptValues } from './sweep.ts'

/** Something that is wrong with a recipe's factors, exceptions or sweep; `path` is in the recipe. */
export interface GridProblem {
  path: Path
  message: string
  fix: string | undefined
}

/** What the schema does not see: names that there are not, ranges that are none, cells of one name. */
export function* checkGrid(recipe: Recipe): Generator<GridProblem> {
  const { factors = {}, except = [], sweep } = recipe
  for (const [factor, levels] of Object.entries(factors)) {
    if (Object.keys(levels).length === 0) {
      yield { path: ['factors', factor], message: 'this factor has no levels', fix: undefined }
    }
  }
  for (const [i, { levels }] of except.entries()) {
    for (const [factor, wanted] of Object.entries(levels)) {
      const path = ['except', i, 'levels', factor]
      const known = factors[factor]
      if (!known) {
        yield unknown(path, `there is no factor "${factor}"`, factor, Object.keys(factors))
        continue
      }
      for (const level of [wanted].flat()) {
        if (level in known) continue
        yield unknown(path, `"${factor}" has no level "${level}"`, level, Object.keys(known))
      }
    }
  }
  if (sweep) yield* checkSweep(sweep)
}

function* checkSweep(sweep: SweepConfig): Generator<GridProblem> {
  const { space, method, maxRuns } = sweep
  const at = (...rest: Path): Path => ['sweep', ...rest]
  if (Object.keys(space).length === 0) {
    yield { path: at('space'), message: 'there is nothing to go through', fix: undefined }
  }
  for (const [key, values] of Object.entries(space)) {
    const path = at('space', key)
    if (key === 'training.seed') {
      yield {
        path,
        message: 'seeds are set for all runs',
        fix: 'Write `seeds: [1, 2, 3]` instead.',
      }
    } else if (!schemaAt(runConfig, key.split('.'))) {
      yield unknown(path, `unknown setting "${key}"`, key, leafPaths(runConfig))
    }
    const problem = rangeProblem(values, method)
    if (problem) yield { path, ...problem }
  }
  if (method === 'random' && maxRuns === undefined) {
    yield {
      path: at('method'),
      message: 'how many combinations shall be drawn?',
      fix: 'Add `maxRuns: 20` to the sweep.',
    }
  }
  const size = gridSize(sweep)
  if (method === 'grid' && maxRuns !== undefined && size > maxRuns) {
    yield {
      path: at('maxRuns'),
      message: `the grid has ${size} combinations, more than ${maxRuns}`,
      fix: 'Raise maxRuns, list fewer values, or draw some: `method: random`.',
    }
  }
}

function rangeProblem(
  values: SweptValues,
  method: SweepConfig['method'],
): { message: string; fix: string | undefined } | undefined {
  if (choicesOf(values)) return undefined
  if (method === 'grid') {
    return {
      message: 'a grid goes through lists, not ranges',
      fix: 'List the values, or draw them: `method: random`.',
    }
  }
  const [[kind, [low, high]] = ['', [0, 1]]] = Object.entries(values) as [
    string,
    [number, number],
  ][]
  if (!(low < high)) return { message: `${low} is not below ${high}`, fix: undefined }
  if (kind === 'logUniform' && low <= 0) {
    return { message: `a logarithmic range begins above 0, not at ${low}`, fix: undefined }
  }
  if (kind === 'int' && !(Number.isInteger(low) && Number.isInteger(high))) {
    return { message: `${low} and ${high} are not whole numbers`, fix: undefined }
  }
  return undefined
}

/** Of all runs and cells together. */
export function* checkNames(recipe: Recipe, entries: RecipeEntry[]): Generator<GridProblem> {
  const names = new Set<string>()
  for (const { name, places } of entries) {
    if (names.has(name)) {
      const message = `"${name}" is there twice`
      yield {
        path: places.at(-1)?.at ?? [],
        message,
        fix: 'Give the run or the level another name.',
      }
    }
    names.add(name)
  }
  const swept = new Set(entries.map(({ trialOf, name }) => trialOf ?? name))
  for (const [i, name] of (recipe.sweep?.runs ?? []).entries()) {
    if (swept.has(name)) continue
    const path = ['sweep', 'runs', i]
    yield unknown(path, `no run or cell is called "${name}"`, name, [...swept])
  }
}

function unknown(path: Path, message: string, word: string, known: string[]): GridProblem {
  const meant =
    suggest(word, known) ?? known.find((leaf) => leaf.split('.').at(-1) === word.split('.').at(-1))
  const few = known.length <= 12 && known.length > 0
  return {
    path,
    message,
    fix: meant
      ? `Did you mean "${meant}"?`
      : few
        ? `There are: ${known.join(', ')}.`
        : known.length > 0
          ? 'docs/settings.md lists all settings.'
          : undefined,
  }
}
