import { tableRecipe, type TableDimension, type TableRecipe } from '@shared/tables/recipe.ts'

/** Where things are dropped: blocks of rows, rows, columns, numbers. */
export const shelves = ['group', 'rows', 'columns', 'values'] as const
export type ShelfName = (typeof shelves)[number]

/** Something that is being dragged: from the list, or from a place on a shelf. */
export type Dragged =
  | { kind: 'field' | 'metric'; name: string; from?: undefined }
  | { kind: 'field' | 'metric'; name: string; from: { shelf: ShelfName; index: number } }

export const emptyRecipe = (name: string): TableRecipe => tableRecipe.parse({ name })

/** Numbers belong among the values, everything else around them. */
export const fits = (kind: Dragged['kind'], shelf: ShelfName): boolean =>
  (kind === 'metric') === (shelf === 'values')

/**
 * Puts a field or a metric on a shelf, in front of what is at `index` (default: behind all). A field names the
 * table in one place only: from another it is moved, with its labels.
 */
export function place(
  recipe: TableRecipe,
  { kind, name, from }: Dragged,
  shelf: ShelfName,
  index?: number,
): TableRecipe {
  if (!fits(kind, shelf)) return recipe
  if (shelf === 'values') {
    const known = from ? recipe.values[from.index] : undefined
    const value = known ?? { metric: name, optional: false }
    return { ...recipe, values: inserted(recipe.values, value, from?.index, index) }
  }
  const at = from ?? whereIs(recipe, name)
  const known = at && at.shelf !== 'values' ? recipe[at.shelf][at.index] : undefined
  const dimension: TableDimension = known ?? { field: name }
  if (at?.shelf === shelf) {
    return { ...recipe, [shelf]: inserted(recipe[shelf], dimension, at.index, index) }
  }
  const left = at ? { ...recipe, [at.shelf]: recipe[at.shelf].toSpliced(at.index, 1) } : recipe
  return { ...left, [shelf]: inserted(left[shelf], dimension, undefined, index) }
}

function inserted<T>(
  list: readonly T[],
  item: T,
  from: number | undefined,
  index = list.length,
): T[] {
  if (from === undefined) return list.toSpliced(index, 0, item)
  // What stands before its new place may be itself.
  return list.toSpliced(from, 1).toSpliced(from < index ? index - 1 : index, 0, item)
}

function whereIs(recipe: TableRecipe, field: string) {
  for (const shelf of ['group', 'rows', 'columns'] as const) {
    const index = recipe[shelf].findIndex((dimension) => dimension.field === field)
    if (index >= 0) return { shelf, index }
  }
  return undefined
}

/** Takes something off a shelf; what referred to the field goes with it. */
export function remove(recipe: TableRecipe, shelf: ShelfName, index: number): TableRecipe {
  if (shelf === 'values') return { ...recipe, values: recipe.values.toSpliced(index, 1) }
  const field = recipe[shelf][index]?.field
  const { reference, ...rest } = { ...recipe, [shelf]: recipe[shelf].toSpliced(index, 1) }
  const refers = (at: Record<string, string> | undefined) =>
    field !== undefined && field in (at ?? {})
  return {
    ...rest,
    values: rest.values.map(({ ratioTo, ...value }) =>
      ratioTo === undefined || refers(ratioTo) ? value : { ...value, ratioTo },
    ),
    ...(reference === undefined || refers(reference.at) ? {} : { reference }),
  }
}

/** By one place on its shelf, or to the shelf before or behind. */
export function moveBy(
  recipe: TableRecipe,
  from: { shelf: ShelfName; index: number },
  by: { places: number } | { shelves: number },
): { recipe: TableRecipe; to: { shelf: ShelfName; index: number } } {
  const still = { recipe, to: from }
  if (from.shelf === 'values') {
    if ('shelves' in by) return still
    const index = clamp(from.index + by.places, recipe.values.length)
    const [value] = recipe.values.slice(from.index, from.index + 1)
    if (!value || index === from.index) return still
    const values = recipe.values.toSpliced(from.index, 1).toSpliced(index, 0, value)
    return { recipe: { ...recipe, values }, to: { shelf: 'values', index } }
  }
  const [dimension] = recipe[from.shelf].slice(from.index, from.index + 1)
  if (!dimension) return still
  const order = ['group', 'rows', 'columns'] as const
  const to = 'shelves' in by ? order[order.indexOf(from.shelf) + by.shelves] : from.shelf
  if (!to) return still
  const left = { ...recipe, [from.shelf]: recipe[from.shelf].toSpliced(from.index, 1) }
  const index =
    'places' in by ? clamp(from.index + by.places, recipe[from.shelf].length) : left[to].length
  return {
    recipe: { ...left, [to]: left[to].toSpliced(index, 0, dimension) },
    to: { shelf: to, index },
  }
}

const clamp = (index: number, length: number): number => Math.max(0, Math.min(length - 1, index))
