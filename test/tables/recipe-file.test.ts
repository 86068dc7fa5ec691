import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTableRecipe, tableRecipeToYaml } from '../../src-main/tables/recipe-file.ts'
import { UserError } from '../../src-shared/errors.ts'
import { tableRecipe } from '../../src-shared/tables/recipe.ts'

describe('a table recipe', () => {
  it('may name fields and metrics alone', () => {
    const recipe = parseTableRecipe(
      'name: main\nrows: [model]\ncolumns: [data]\nvalues: [test/accuracy]\n',
      'main.yaml',
    )
    expect(recipe.rows).toEqual([{ field: 'model' }])
    expect(recipe.values).toEqual([{ metric: 'test/accuracy', optional: false }])
    expect(recipe.significance).toMatchObject({ test: 'approximate_randomization', alpha: 0.05 })
  })

  it.each([
    ['nmae: x', 'table.yaml:1:1', 'unknown setting "nmae"'],
    ['name: x\nrows:\n  - model\n  - modle', 'table.yaml:4:5', 'rows.1.field'],
    ['name: x\nsignificance:\n  test: anova', 'table.yaml:3:3', 'is not one of'],
    ['name: x\ndigits: many', 'table.yaml:2:1', 'should be a number'],
    ['name: [', 'table.yaml', ''],
  ])('says what is wrong and where: %j', (text, where, message) => {
    const attempt = () => parseTableRecipe(text, 'table.yaml')
    expect(attempt).toThrow(UserError)
    try {
      attempt()
    } catch (error) {
      expect((error as UserError).where).toContain(where)
      expect((error as UserError).message).toContain(message)
    }
  })

  it('written as YAML reads back as the same', () => {
    const field = fc.constantFrom('model', 'factor.student', 'config.training.learningRate')
    const recipe = fc.record(
      {
        name: fc.string({ minLength: 1, maxLength: 40 }).filter((name) => name.trim() === name),
        title: fc.string(),
        rows: fc.uniqueArray(
          fc.oneof(
            field,
            fc.record({ field, labels: fc.dictionary(fc.string({ minLength: 1 }), fc.string()) }),
          ),
          { maxLength: 3, comparator: 'SameValue' },
        ),
        values: fc.array(
          fc.record({
            metric: fc.constantFrom('test/accuracy', 'dev/loss'),
            optional: fc.boolean(),
          }),
          { maxLength: 3 },
        ),
        digits: fc.integer({ min: 0, max: 8 }),
        best: fc.record({ within: fc.constantFrom('row', 'column', 'none'), ties: fc.boolean() }),
        significance: fc.record({ alpha: fc.constantFrom(0.05, 0.01), seed: fc.nat() }),
      },
      { requiredKeys: ['name'] },
    )
    fc.assert(
      fc.property(recipe, (input) => {
        const parsed = tableRecipe.safeParse(input)
        fc.pre(parsed.success)
        expect(parseTableRecipe(tableRecipeToYaml(parsed.data), 'x')).toEqual(parsed.data)
      }),
    )
  })
})
