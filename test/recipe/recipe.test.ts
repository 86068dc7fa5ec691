import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadRecipe, type RecipeFlags } from '../../src-main/recipe/load-recipe.ts'
import { expandRecipe } from '../../src-shared/config/expand-recipe.ts'
import { flatten } from '../../src-shared/config/flatten.ts'
import { mergePatch } from '../../src-shared/config/merge.ts'
import { parseSetting } from '../../src-shared/config/parse-setting.ts'
import { readRecipeSource } from '../../src-shared/config/recipe-source.ts'
import { editDistance, suggest } from '../../src-shared/config/suggest.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { userErrorOf } from '../support/user-error.ts'

const expand = (text: string, overrides = {}) =>
  expandRecipe(readRecipeSource(text, 'recipe.yaml'), overrides)

const demo = `
name: demo
seeds: [1, 2]
defaults:
  data: { dataset: demo }
  training: { epochs: 3, learningRate: 1.0e-4 }
runs:
  student:
    model: { type: virt_encoder }
    teacher: teacher
    distillation: { virt: { alpha: 0.2 } }
    training: { epochs: 5 }
  teacher:
    model: { type: cross_encoder }
`

describe('a recipe', () => {
  test('becomes one run for every run and seed, teachers first', () => {
    const { runs } = expand(demo)
    expect(runs.map(({ name, seed, teacher }) => [name, seed, teacher])).toEqual([
      ['teacher', 1, undefined],
      ['student', 1, 'teacher'],
      ['teacher', 2, undefined],
      ['student', 2, 'teacher'],
    ])
  })

  test('merges a run over the defaults and fills in the rest', () => {
    const [teacher, student] = expand(demo).runs
    expect(teacher?.config.training).toMatchObject({ epochs: 3, learningRate: 1e-4, seed: 1 })
    expect(student?.config.training).toMatchObject({ epochs: 5, learningRate: 1e-4 })
    expect(student?.config.distillation.virt).toEqual({
      alpha: 0.2,
      reduction: 'default',
      layers: 'all',
      heads: 'all',
    })
    expect(teacher?.config.training.batchSize).toBe(32)
  })

  test('a null takes away what the defaults give', () => {
    const { runs } = expand(`
name: ablation
defaults:
  data: { dataset: demo }
  training: { maxSteps: 10 }
runs:
  long: { model: { type: sbert }, training: { maxSteps: null } }
  short: { model: { type: sbert } }
`)
    expect(runs.map(({ config }) => config.training.maxSteps)).toEqual([undefined, 10])
  })

  test('may be JSON, indented with tabs too', () => {
    const json = { name: 'j', runs: { a: { model: { type: 'sbert' }, data: { dataset: 'demo' } } } }
    expect(expand(JSON.stringify(json, null, '\t')).runs).toHaveLength(1)
  })

  test('may share settings by YAML anchors and merge keys', () => {
    const { runs } = expand(`
name: anchors
runs:
  a: &base { model: { type: sbert }, data: { dataset: demo } }
  b: { <<: *base, model: { type: bi_encoder } }
`)
    expect(runs.map(({ config }) => config.model.type)).toEqual(['sbert', 'bi_encoder'])
  })

  test('takes seeds, a choice of runs and settings from the command line', () => {
    const patch = { training: { epochs: 1 }, backend: 'cpu' }
    const { runs } = expand(demo, { seeds: [7], only: ['student'], patch })
    expect(runs.map(({ name, seed }) => [name, seed])).toEqual([
      ['teacher', 7],
      ['student', 7],
    ])
    expect(runs.map(({ config }) => [config.training.epochs, config.backend])).toEqual([
      [1, 'cpu'],
      [1, 'cpu'],
    ])
  })
})

describe('a mistake in a recipe is told with file, line, column, field and what to do', () => {
  const wrong: [string, string, string][] = [
    [
      'a misspelt setting of a run',
      demo.replace('alpha: 0.2', 'alhpa: 0.2'),
      'recipe.yaml:11:29 (runs.student.distillation.virt.alhpa): unknown setting "alhpa"\n  → Did you mean "alpha"?',
    ],
    [
      'a misspelt setting in the defaults, told once',
      demo.replace('learningRate', 'learning_rate'),
      'recipe.yaml:6:26 (defaults.training.learning_rate): unknown setting "learning_rate"\n  → Did you mean "learningRate"?',
    ],
    [
      'a misspelt word at the top',
      demo.replace('seeds:', 'seed:'),
      'recipe.yaml:3:1 (seed): unknown setting "seed"\n  → Did you mean "seeds"?',
    ],
    [
      'a setting that is like none',
      demo.replace('alpha: 0.2', 'temperature: 2'),
      'recipe.yaml:11:29 (runs.student.distillation.virt.temperature): unknown setting "temperature"\n  → Known settings here: alpha, reduction, layers, heads, layerMap.',
    ],
    [
      'a misspelt choice',
      demo.replace('virt_encoder', 'virt-encoder'),
      'recipe.yaml:9:14 (runs.student.model.type): "virt-encoder" is not one of cross_encoder, bi_encoder, sbert, deformer, dipair, poly_encoder, colbert, virt_encoder\n  → Did you mean "virt_encoder"?',
    ],
    [
      'a text where a number belongs',
      demo.replace('epochs: 5', 'epochs: five'),
      'recipe.yaml:12:17 (runs.student.training.epochs): "five" should be a number',
    ],
    [
      'a number out of range',
      demo.replace('alpha: 0.2', 'alpha: -1'),
      'recipe.yaml:11:29 (runs.student.distillation.virt.alpha): -1: Too small: expected number to be >=0',
    ],
    [
      'a missing model',
      'name: m\nruns:\n  a:\n    data: { dataset: demo }\n',
      'recipe.yaml:3:3 (runs.a.model): "model" is missing (object)',
    ],
    ['no runs', 'name: m\nruns: {}\n', 'recipe.yaml:2:1 (runs): the recipe has no runs'],
    [
      'an empty file',
      '',
      'recipe.yaml:1:1 (name): "name" is missing (string: Shown with every run of the recipe)',
    ],
    ['a list where the recipe belongs', '- a\n', 'recipe.yaml:1:1: ["a"] should be an object'],
    [
      'text that is no YAML',
      'name: [1, 2\nruns: }',
      'recipe.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]\n  → A recipe is YAML or JSON; see docs/cli.md, "Recipes".',
    ],
    [
      'a key given twice',
      'name: a\nname: b\nruns: {}',
      'recipe.yaml:2:1: Map keys must be unique\n  → A recipe is YAML or JSON; see docs/cli.md, "Recipes".',
    ],
    [
      'a seed in a run',
      demo.replace('epochs: 5', 'seed: 5'),
      'recipe.yaml:12:17 (runs.student.training.seed): a recipe sets its seeds for all runs\n  → Write `seeds: [1, 2, 3]` at the top of the recipe instead.',
    ],
    [
      'a teacher that is not there',
      demo.replace('teacher: teacher', 'teacher: techer'),
      'recipe.yaml:10:5 (runs.student.teacher): no run of this recipe is called "techer"\n  → Did you mean "teacher"?',
    ],
    [
      'distillation without a teacher',
      demo.replace('    teacher: teacher\n', ''),
      'recipe.yaml:10:21 (runs.student.distillation.virt): distillation needs a teacher\n  → Add `teacher: NAME`, a cross_encoder run of this recipe.',
    ],
    [
      'a teacher without distillation, as an empty `virt:` gives',
      demo.replace('virt: { alpha: 0.2 }', 'virt:'),
      'recipe.yaml:10:5 (runs.student.teacher): this run has a teacher but learns nothing from it\n  → Add `distillation: { virt: {} }` (or logits, marginMse, dide, hidden), or take the teacher away.',
    ],
    [
      'runs that teach each other',
      demo.replace(
        'model: { type: cross_encoder }',
        'model: { type: bi_encoder }\n    teacher: student\n    distillation: { virt: {} }',
      ),
      'recipe.yaml:10:5 (runs.student.teacher): runs teach each other in a circle: student → teacher → student\nrecipe.yaml:15:5 (runs.teacher.teacher): runs teach each other in a circle: teacher → student → teacher',
    ],
    [
      'a teacher without cross-attention',
      demo.replace('type: cross_encoder', 'type: bi_encoder'),
      'recipe.yaml:10:5 (runs.student.teacher): "teacher" is a bi_encoder; VIRT needs the cross-attention of a cross_encoder\n  → Name a cross_encoder as teacher, or leave distillation.virt out.',
    ],
    [
      'heads that do not match',
      demo.replace('type: virt_encoder', 'type: virt_encoder, size: mini'),
      'recipe.yaml:9:34 (runs.student.model.size): VIRT matches heads one to one, but there are 4 and 2 ("student" is mini, "teacher" is tiny)\n  → Choose encoders with equally many heads a layer.',
    ],
    [
      'VIRT for a model without towers',
      demo.replace('type: virt_encoder', 'type: cross_encoder'),
      'recipe.yaml:11:21 (runs.student.distillation.virt): a cross_encoder reads X and Y together and has no virtual interaction to distil\n  → Leave distillation.virt out, or give it to a student with towers (bi_encoder, sbert, deformer, dipair, poly_encoder, colbert, virt_encoder).',
    ],
    [
      'VIRT in a joint layer',
      demo
        .replace('type: virt_encoder', 'type: deformer')
        .replace('{ alpha: 0.2 }', '{ layers: [2] }'),
      'recipe.yaml:11:29 (runs.student.distillation.virt.layers): layer 2 of the student reads X and Y together\n  → use layers from 1 to 1',
    ],
    [
      'a choice of layers that is none',
      demo.replace('{ alpha: 0.2 }', '{ layers: lst 2 }'),
      'recipe.yaml:11:29 (runs.student.distillation.virt.layers): "lst 2": write all, last 4, every 2 or a list',
    ],
    [
      'more heads than there are',
      demo.replace('{ alpha: 0.2 }', '{ heads: random 3 }'),
      'recipe.yaml:11:29 (runs.student.distillation.virt.heads): a layer has 2 heads, fewer than 3\n  → There are 2.',
    ],
    [
      'a split above the encoder',
      demo.replace('type: virt_encoder', 'type: deformer, splitLayer: 2'),
      'recipe.yaml:9:30 (runs.student.model.splitLayer): a deformer of 2 layers cannot have 2 of them apart\n  → Choose a layer from 1 to 1, or a deeper encoder.',
    ],
    [
      'hidden states of different width',
      demo
        .replace('type: virt_encoder', 'type: virt_encoder, size: mini')
        .replace('virt: { alpha: 0.2 }', 'hidden: {}'),
      'recipe.yaml:9:34 (runs.student.model.size): hidden states are compared number by number, but they are 256 and 128 wide ("student" is mini, "teacher" is tiny)\n  → Choose encoders of the same width; depths may differ.',
    ],
    [
      'logit KD without a teacher',
      demo
        .replace('    teacher: teacher\n', '')
        .replace('virt: { alpha: 0.2 }', 'logits: { temperature: 2 }'),
      'recipe.yaml:10:21 (runs.student.distillation.logits): distillation needs a teacher\n  → Add `teacher: NAME`, a run of this recipe.',
    ],
    [
      'a metric that labels have no order for',
      demo.replace('epochs: 5', 'epochs: 5, selectBy: spearman'),
      'recipe.yaml:12:28 (runs.student.training.selectBy): spearman needs labels that are scores\n  → Set data.scale: ordinal, or choose another metric.',
    ],
    [
      'a metric of rankings without queries',
      demo.replace('epochs: 5', 'epochs: 5, selectBy: mrr'),
      'recipe.yaml:12:28 (runs.student.training.selectBy): mrr needs queries\n  → Say what they are in data.rankBy: x, y or column.',
    ],
    [
      'queries by a column that is not named',
      demo.replace('{ dataset: demo }', '{ dataset: demo, rankBy: column }'),
      'recipe.yaml:5:26 (defaults.data.rankBy): data.train names no column of queries\n  → Name it in data.train.columns.query, or rank by x or y.',
    ],
    [
      'files without a file',
      demo.replace('{ dataset: demo }', '{ dataset: files }'),
      'recipe.yaml:5:3 (defaults.data.train): there is nothing to train on\n  → Name a file in data.train.path, or set data.dataset: demo.',
    ],
  ]
  test.each(wrong)('%s', (_name, text, message) => {
    expect(userErrorOf(() => expand(text)).split('\nrecipe.yaml')[0]).toBe(
      message.split('\nrecipe.yaml')[0],
    )
  })

  test('all mistakes are told at once', () => {
    const text = demo.replace('alpha', 'alhpa').replace('epochs: 5', 'epochs: 0')
    expect(userErrorOf(() => expand(text))).toMatch(
      /\(runs\.student\.training\.epochs\): 0: Too small[^]*unknown setting "alhpa"/,
    )
  })

  test('--only names a run of the recipe', () => {
    expect(userErrorOf(() => expand(demo, { only: ['studnet'] }))).toBe(
      '--only: the recipe has no run "studnet"\n  → Did you mean "student"?',
    )
  })
})

describe('paths', () => {
  function write(files: Record<string, string>): string {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'data'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }
  const recipe = `
name: files
runs:
  a:
    model: { type: sbert, vocab: vocab.txt }
    data: { train: { path: data/train.tsv } }
`
  const load = (folder: string, flags: RecipeFlags = {}) =>
    loadRecipe(join(folder, 'recipe.yaml'), flags)

  test('are meant from the recipe’s folder', () => {
    const folder = write({ 'recipe.yaml': recipe, 'vocab.txt': '', 'data/train.tsv': '' })
    const { config } = load(folder).runs[0]!
    expect(config.model.vocab).toBe(join(folder, 'vocab.txt'))
    expect(config.data.train?.path).toBe(join(folder, 'data/train.tsv'))
  })

  test('that lead nowhere are refused before anything is trained', () => {
    const folder = write({ 'recipe.yaml': recipe, 'vocab.txt': '' })
    expect(userErrorOf(() => load(folder))).toContain(
      `recipe.yaml:6:22 (runs.a.data.train.path): there is no ${join(folder, 'data/train.tsv')}`,
    )
  })

  test('of --set are meant from the current folder', () => {
    const folder = write({ 'recipe.yaml': recipe, 'vocab.txt': '', 'data/train.tsv': '' })
    const { config } = load(folder, { set: ['model.vocab=package.json'] }).runs[0]!
    expect(config.model.vocab).toBe(join(process.cwd(), 'package.json'))
  })

  test('a recipe that is not there', () => {
    expect(userErrorOf(() => loadRecipe('no/such.yaml'))).toBe(
      'no/such.yaml: there is no such recipe',
    )
  })
})

describe('--set', () => {
  test.each([
    ['training.epochs=2', 2],
    ['training.bucketing=false', false],
    ['training.learningRate=2e-5', 2e-5],
    ['distillation.virt.layers=[1, 2]', [1, 2]],
    ['distillation.virt.layers=all', 'all'],
    ['data.train.limit=10', 10],
    ['model.pretrained=007', '007'],
    ['data.labels=[no, yes]', ['no', 'yes']],
    ['distillation.virt=', null],
  ])('%s', (text, value) => {
    expect(parseSetting(text)).toEqual({ path: text.split('=')[0]!.split('.'), value })
  })

  test.each([
    ['training.epohcs=2', 'Did you mean "training.epochs"?'],
    ['epochs=2', 'Did you mean "training.epochs"?'],
    ['training.epochs', 'For example: --set training.epochs=2'],
    ['training.seed=2', 'Use --seeds 1,2,3.'],
    ['training.epochs=many', 'Passes over the training pairs'],
  ])('%s is refused', (text, fix) => {
    expect(userErrorOf(() => parseSetting(text))).toContain(`→ ${fix}`)
  })
})

describe('the parts', () => {
  test('edit distance is a metric', () => {
    const word = fc.string({ maxLength: 8 })
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
      }),
    )
    expect(editDistance('kitten', 'sitting')).toBe(3)
  })

  test('a suggestion has to be near', () => {
    expect(suggest('lerningrate', ['learningRate', 'epochs'])).toBe('learningRate')
    expect(suggest('colour', ['learningRate', 'epochs'])).toBeUndefined()
    expect(suggest('x', [])).toBeUndefined()
  })

  test('merging with nothing changes nothing; a patch wins field by field', () => {
    expect(mergePatch({ a: { b: 1, c: 2 } }, {})).toEqual({ a: { b: 1, c: 2 } })
    expect(mergePatch({ a: { b: 1, c: [1, 2] } }, { a: { c: [3] }, d: null })).toEqual({
      a: { b: 1, c: [3] },
    })
  })

  test('flattening keeps every leaf, empty objects too', () => {
    expect([...flatten({ a: { b: 1, c: {} }, d: [1], e: undefined, f: null })]).toEqual([
      ['a.b', 1],
      ['a.c', {}],
      ['d', [1]],
      ['f', null],
    ])
  })
})
