import type { Recipe, RecipeExcept } from './recipe.ts'
import type { RecipeSource } from './recipe-source.ts'
import type { Path } from './schema-path.ts'
import { textOf, trialsOf, type Trial } from './sweep.ts'

/** Where in a recipe's text a part of a run's settings stands. */
export interface Place {
  at: Path
  /** The settings that stand there; empty for a run's whole configuration. */
  of: Path
}

/** One run or cell of a recipe, before its settings are checked. */
export interface RecipeEntry {
  name: string
  /** Undefined for none. */
  teacher: string | undefined
  /** Its level of every factor; empty for a plain run. */
  levels: Record<string, string>
  /** Settings over the defaults; later ones win. */
  patches: object[]
  /** Where in the recipe each patch stands, in the same order. */
  places: Place[]
  /** Of a sweep: the entry that is varied. */
  trialOf: string | undefined
  /** Why it shall not be trained. */
  except: string | undefined
}

/**
 * What a recipe consists of, in its order: its runs, the cells of its grid (the last factor changes
 * fastest), and in place of every swept one its trials.
 */
export function recipeEntries(recipe: Recipe): RecipeEntry[] {
  const entries = [...plainRuns(recipe), ...gridCells(recipe)]
  return recipe.sweep ? sweep(entries, recipe) : entries
}

function plainRuns({ runs }: Recipe): RecipeEntry[] {
  return Object.entries(runs).map(([name, { teacher, ...own }]) => ({
    name,
    teacher: teacher ?? undefined,
    levels: {},
    patches: [own],
    places: [{ at: ['runs', name], of: [] }],
    trialOf: undefined,
    except: undefined,
  }))
}

function gridCells({ factors, except = [] }: Recipe): RecipeEntry[] {
  if (!factors || Object.keys(factors).length === 0) return []
  let cells: Omit<RecipeEntry, 'name'>[] = [
    {
      teacher: undefined,
      levels: {},
      patches: [],
      places: [],
      trialOf: undefined,
      except: undefined,
    },
  ]
  for (const [factor, levels] of Object.entries(factors)) {
    cells = cells.flatMap((cell) =>
      levelNames(levels).map((level) => {
        const { teacher = cell.teacher, ...own } = levels[level] ?? {}
        return {
          ...cell,
          // null takes away the teacher that another factor names.
          teacher: teacher ?? undefined,
          levels: { ...cell.levels, [factor]: level },
          patches: [...cell.patches, own],
          places: [...cell.places, { at: ['factors', factor, level], of: [] }],
        }
      }),
    )
  }
  return cells.map((cell) => ({
    ...cell,
    name: Object.values(cell.levels).join('/'),
    except: except.find((rule) => fits(rule, cell.levels))?.because,
  }))
}

/** As they are written, but numbers in their order: JavaScript would put 10 before 0.4. */
function levelNames(levels: object): string[] {
  const names = Object.keys(levels)
  return names.every((name) => Number.isFinite(Number(name)))
    ? names.toSorted((a, b) => Number(a) - Number(b))
    : names
}

function fits({ levels }: RecipeExcept, cell: Record<string, string>): boolean {
  return Object.entries(levels).every(([factor, wanted]) =>
    [wanted].flat().includes(cell[factor] ?? ''),
  )
}

function sweep(entries: RecipeEntry[], { sweep }: Recipe): RecipeEntry[] {
  if (!sweep) return entries
  const teachers = new Set(entries.map(({ teacher }) => teacher))
  const isSwept = ({ name }: RecipeEntry) => sweep.runs?.includes(name) ?? !teachers.has(name)
  const trials = trialsOf(sweep)
  return entries.flatMap((entry) =>
    isSwept(entry) && entry.except === undefined
      ? trials.map((trial) => varied(entry, trial, sweep.method))
      : [entry],
  )
}

function varied(entry: RecipeEntry, trial: Trial, method: 'grid' | 'random'): RecipeEntry {
  const values = [...trial.values]
  return {
    ...entry,
    name: `${entry.name}/${trial.name}`,
    levels: {
      ...(Object.keys(entry.levels).length === 0 ? { run: entry.name } : entry.levels),
      ...(method === 'random' ? { trial: trial.name } : {}),
      ...Object.fromEntries(values.map(([key, value]) => [key, textOf(value)])),
    },
    patches: [...entry.patches, ...values.map(([key, value]) => nested(key.split('.'), value))],
    places: [
      ...entry.places,
      ...values.map(([key]): Place => ({ at: ['sweep', 'space', key], of: key.split('.') })),
    ],
    trialOf: entry.name,
  }
}

/** `['training', 'epochs']`, 2 → { training: { epochs: 2 } } */
function nested(path: readonly string[], value: unknown): object {
  const [key = '', ...rest] = path
  return { [key]: rest.length === 0 ? value : nested(rest, value) }
}

/** What all runs share. */
const shared: Place = { at: ['defaults'], of: [] }

/**
 * Where an entry's setting stands in the text: of the places that say something of it the one that says
 * most, and of two such the one that wins. Where nothing does, a path that the entry would have it at.
 */
export function placeOfSetting(source: RecipeSource, entry: RecipeEntry, path: Path): Path {
  const candidates = [shared, ...entry.places]
    .filter(({ of }) => of.every((part, i) => part === path[i]))
    .map(({ at, of }) => {
      const whole = [...at, ...path.slice(of.length)]
      let known = whole.length
      while (known > at.length && !source.has(whole.slice(0, known))) known--
      return { whole, said: known - at.length + of.length }
    })
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (a, b) => (b.said > 0 && b.said >= (a?.said ?? 0) ? b : a),
    undefined,
  )
  const [own] = entry.places
  return best?.whole ?? [...(own?.at ?? shared.at), ...path]
}
