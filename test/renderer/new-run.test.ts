import { describe, expect, it } from 'vitest'
import { formFields } from '../../src-main/api/form-fields.ts'
import { en } from '../../src-renderer/i18n/en/index.ts'
import { zh } from '../../src-renderer/i18n/zh/index.ts'
import { readList, writeList } from '../../src-renderer/pages/new-run/field-value.ts'
import {
  readRecipe,
  removeFromRecipe,
  renameRun,
  setInRecipe,
  valueAt,
} from '../../src-renderer/pages/new-run/recipe-document.ts'

const recipe = `# why
name: virt
runs:
  teacher: # the judge
    model: { type: cross_encoder }
  student:
    teacher: teacher
    distillation: { virt: { alpha: 0.4 } }
`

describe('a recipe changed by the form', () => {
  it('keeps its comments and what is not changed', () => {
    const text = setInRecipe(recipe, ['defaults', 'training', 'epochs'], 3)
    expect(text).toContain('# why')
    expect(text).toContain('# the judge')
    expect(valueAt(readRecipe(text).content?.defaults, ['training', 'epochs'])).toBe(3)
  })

  it('sets below `defaults:` with nothing in it, and below an alias of its own', () => {
    const text = setInRecipe(
      'defaults:\nruns:\n  a: &a { model: { type: sbert } }\n  b: *a\n',
      [...['defaults', 'backend']],
      'cpu',
    )
    const changed = setInRecipe(text, ['runs', 'b', 'model', 'type'], 'bi_encoder')
    const { content } = readRecipe(changed)
    expect(content?.defaults).toEqual({ backend: 'cpu' })
    expect(valueAt(content?.runs.get('a'), ['model', 'type'])).toBe('sbert')
    expect(valueAt(content?.runs.get('b'), ['model', 'type'])).toBe('bi_encoder')
  })

  it('leaves no empty mapping behind, but keeps `virt`, which means something when empty', () => {
    const without = removeFromRecipe(recipe, ['runs', 'teacher', 'model', 'type'])
    expect(readRecipe(without).content?.runs.get('teacher')).toEqual({})
    const plain = removeFromRecipe(recipe, ['runs', 'student', 'distillation', 'virt', 'alpha'])
    expect(readRecipe(plain).content?.runs.get('student')).toMatchObject({
      distillation: { virt: {} },
    })
  })

  it('renames a run for its students too', () => {
    const { content } = readRecipe(renameRun(recipe, 'teacher', 'judge'))
    expect([...(content?.runs.keys() ?? [])]).toEqual(['judge', 'student'])
    expect(content?.runs.get('student')).toMatchObject({ teacher: 'judge' })
  })

  it('says where text is no YAML', () => {
    expect(readRecipe('name: [a\nruns: 3').syntax?.line).toBeGreaterThan(0)
  })
})

describe('lists as one types them', () => {
  const layers = {
    anyOf: [
      { const: 'all' },
      { type: 'string', pattern: '^last [1-9]\\d*$' },
      { type: 'array', items: { type: 'integer' } },
    ],
  }
  it.each([
    ['all', 'all'],
    ['last 2', 'last 2'],
    ['1, 3', [1, 3]],
    ['2', [2]],
    ['', undefined],
    ['first', ['first']],
  ])('%j is %j', (text, value) => {
    expect(readList(text, layers)).toEqual(value)
    if (value !== undefined) expect(readList(writeList(value), layers)).toEqual(value)
  })
})

describe('the form’s texts', () => {
  const shown = formFields().filter(
    ({ path }) => !/^(data\.(dataset|train|dev|test)\b|training\.seed$)/.test(path),
  )
  it.each(shown.map(({ path, description }) => ({ path, description })))(
    '$path has a name and a hint in both languages',
    ({ path, description }) => {
      const parts = path.split('.')
      expect(valueAt(en.newRun.field, parts)).toEqual(expect.stringMatching(/./))
      expect(valueAt(zh.newRun.field, parts)).toEqual(expect.stringMatching(/./))
      expect(description || valueAt(en.newRun.hint, parts)).toEqual(expect.stringMatching(/./))
      expect(valueAt(zh.newRun.hint, parts)).toEqual(expect.stringMatching(/./))
    },
  )
})
