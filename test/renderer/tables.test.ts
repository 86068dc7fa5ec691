import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  emptyRecipe,
  moveBy,
  place,
  remove,
  shelves,
  type ShelfName,
} from '../../src-renderer/pages/tables/recipe-edit.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'

const field = (name: string) => ({ kind: 'field', name }) as const
const metric = (name: string) => ({ kind: 'metric', name }) as const
const names = (recipe: TableRecipe, shelf: Exclude<ShelfName, 'values'>) =>
  recipe[shelf].map((dimension) => dimension.field)

describe('placing', () => {
  test('a field from the list goes behind the others, or in front of the one it is dropped on', () => {
    let recipe = place(emptyRecipe('x'), field('model'), 'rows')
    recipe = place(recipe, field('data'), 'rows')
    recipe = place(recipe, field('seed'), 'rows', 0)
    expect(names(recipe, 'rows')).toEqual(['seed', 'model', 'data'])
  })

  test('a field is in one place only, and takes its labels along', () => {
    let recipe = place(emptyRecipe('x'), field('model'), 'rows')
    recipe = { ...recipe, rows: [{ field: 'model', title: 'Model' }] }
    recipe = place(recipe, field('model'), 'columns')
    expect(recipe.rows).toEqual([])
    expect(recipe.columns).toEqual([{ field: 'model', title: 'Model' }])
  })

  test('metrics are values, and fields are none', () => {
    const recipe = emptyRecipe('x')
    expect(place(recipe, metric('dev/loss'), 'rows')).toBe(recipe)
    expect(place(recipe, field('model'), 'values')).toBe(recipe)
    expect(place(recipe, metric('dev/loss'), 'values').values).toEqual([
      { metric: 'dev/loss', optional: false },
    ])
  })

  test('on its own shelf it stands where it is dropped', () => {
    const recipe = ['a', 'b', 'c'].reduce(
      (before, name) => place(before, field(`config.${name}`), 'rows'),
      emptyRecipe('x'),
    )
    const from = { shelf: 'rows', index: 0 } as const
    const moved = place(recipe, { ...field('config.a'), from }, 'rows', 2)
    expect(names(moved, 'rows')).toEqual(['config.b', 'config.a', 'config.c'])
  })
})

describe('taking off', () => {
  test('what was compared by the field is compared no more', () => {
    const recipe: TableRecipe = {
      ...place(emptyRecipe('x'), field('model'), 'rows'),
      reference: { at: { model: 'sbert' }, delta: true, marks: true },
      values: [{ metric: 'test/accuracy', optional: false, ratioTo: { model: 'sbert' } }],
    }
    const without = remove(recipe, 'rows', 0)
    expect(without.rows).toEqual([])
    expect(without.reference).toBeUndefined()
    expect(without.values).toEqual([{ metric: 'test/accuracy', optional: false }])
  })
})

describe('moving by keys', () => {
  test('along the shelf, and to the next one', () => {
    const recipe = place(place(emptyRecipe('x'), field('model'), 'rows'), field('data'), 'rows')
    const along = moveBy(recipe, { shelf: 'rows', index: 1 }, { places: -1 })
    expect(names(along.recipe, 'rows')).toEqual(['data', 'model'])
    expect(along.to).toEqual({ shelf: 'rows', index: 0 })
    const over = moveBy(recipe, { shelf: 'rows', index: 0 }, { shelves: 1 })
    expect(names(over.recipe, 'columns')).toEqual(['model'])
    expect(over.to).toEqual({ shelf: 'columns', index: 0 })
    expect(moveBy(recipe, { shelf: 'columns', index: 0 }, { shelves: 1 }).recipe).toBe(recipe)
  })

  test('whatever is done, no field is lost or doubled', () => {
    const fields = ['model', 'data', 'seed', 'config.a']
    const shelf = fc.constantFrom(...shelves)
    const step = fc.oneof(
      fc.record({ do: fc.constant('place' as const), name: fc.constantFrom(...fields), shelf }),
      fc.record({
        do: fc.constant('move' as const),
        shelf,
        index: fc.nat(3),
        by: fc.oneof(
          fc.record({ places: fc.integer({ min: -4, max: 4 }) }),
          fc.record({ shelves: fc.constantFrom(-1, 1) }),
        ),
      }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const placed = new Set<string>()
        const end = steps.reduce((recipe, one) => {
          if (one.do === 'move') return moveBy(recipe, one, one.by).recipe
          if (one.shelf !== 'values') placed.add(one.name)
          return place(recipe, field(one.name), one.shelf)
        }, emptyRecipe('x'))
        const all = [...names(end, 'group'), ...names(end, 'rows'), ...names(end, 'columns')]
        expect(all.toSorted()).toEqual([...placed].toSorted())
      }),
    )
  })
})
