import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runConfig } from '../../src-shared/config/run.ts'
import { plannedRuns, provenance } from '../support/plan.ts'
import { temporaryApi } from '../support/served.ts'
import { temporaryFolder } from '../support/temporary.ts'

const problemsOf = async (yaml: string, folder?: string) => {
  const { api } = temporaryApi()
  const { problems, runs } = await api.call('train.plan', { yaml, ...(folder ? { folder } : {}) })
  if (problems.length > 0) expect(runs).toEqual([])
  return problems
}

describe('a recipe’s problems', () => {
  test('are named by run, field, line and column, all of them at once', async () => {
    const yaml = `name: test
defaults:
  data: { dataset: demo }
  training:
    epochs: 0
runs:
  teacher:
    model: { type: cross_encoder, sice: tiny }
  virt:
    model: { type: virt_encodr }
`
    expect(await problemsOf(yaml)).toMatchObject([
      { run: 'teacher', path: 'model.sice', line: 8, column: 35, fix: 'Did you mean "size"?' },
      { run: null, path: 'training.epochs', line: 5, column: 5 },
      {
        run: 'virt',
        path: 'model.type',
        line: 10,
        column: 14,
        fix: 'Did you mean "virt_encoder"?',
      },
    ])
  })

  test('of YAML itself have their line', async () => {
    expect(await problemsOf('name: test\nruns: [}\n')).toMatchObject([{ run: null, line: 2 }])
    expect(await problemsOf('name: a\nname: b\nruns: {}\n')).toMatchObject([{ run: null, line: 2 }])
  })

  test('between runs are told before anything is trained', async () => {
    const yaml = `name: test
defaults: { data: { dataset: demo } }
runs:
  virt: { teacher: teecher, model: { type: virt_encoder }, distillation: { virt: {} } }
  teacher: { model: { type: cross_encoder } }
`
    expect(await problemsOf(yaml)).toMatchObject([
      { run: 'virt', path: 'teacher', line: 4, fix: 'Did you mean "teacher"?' },
    ])
  })

  test('a file that is not there is one, relative paths being meant from the folder', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'vocab.txt'), '[PAD]\n')
    const yaml = `name: test
runs:
  bi:
    model: { type: bi_encoder, vocab: vocab.txt }
    data: { train: { path: gone.tsv } }
`
    expect(await problemsOf(yaml, folder)).toMatchObject([
      {
        run: 'bi',
        path: 'data.train.path',
        line: 5,
        message: `there is no ${join(folder, 'gone.tsv')}`,
      },
    ])
    expect(await problemsOf(yaml)).toMatchObject([
      { path: 'model.vocab', message: '"vocab.txt" is no absolute path' },
      { path: 'data.train.path' },
    ])
  })

  test('nothing is started with a problem', async () => {
    const { api } = temporaryApi()
    await expect(
      api.call('train.start', { yaml: 'name: a\nruns: { b: { model: { type: x } } }\n' }),
    ).rejects.toMatchObject({ code: 'user', where: 'b: model.type' })
    expect((await api.call('app.info', {})).runs).toBe(0)
  })
})

describe('a recipe and its text', () => {
  test('presets are sound recipes, and come back from YAML as they were', async () => {
    const { api } = temporaryApi()
    const { presets } = await api.call('recipe.presets', {})
    expect(presets[0]).toMatchObject({ id: 'demo', ready: true })
    expect(presets.map(({ id }) => id)).toContain('virt')
    for (const { recipe, title, summary } of presets) {
      const { yaml } = await api.call('recipe.toYaml', { recipe })
      const back = await api.call('recipe.fromYaml', { yaml })
      expect(back.recipe).toEqual(recipe)
      expect([title, summary].every(Boolean)).toBe(true)
    }
  })

  test('the demo can be planned as it is', async () => {
    const { api } = temporaryApi()
    const { presets } = await api.call('recipe.presets', {})
    const demo = presets.find(({ id }) => id === 'demo')!
    const { problems, runs } = await api.call('train.plan', { yaml: demo.yaml })
    expect(problems).toEqual([])
    expect(runs.map(({ name }) => name)).toEqual(['teacher', 'bi_encoder', 'virt_encoder'])
  })

  test('a run’s clone trains the same configuration again, its teacher with it', async () => {
    const { api, core } = temporaryApi()
    const runs = plannedRuns(7).map((run) => ({
      ...run,
      config: runConfig.parse({
        ...run.config,
        training: { ...run.config.training, learningRate: 1e-3, batchSize: 8 },
      }),
    }))
    const { runIds: ids } = core.queue.addRecipe({
      name: 'test',
      path: null,
      text: null,
      runs,
      provenance,
    })
    const clone = await api.call('runs.clone', { id: ids[2]! })
    expect(clone).toMatchObject({ name: 'virt', teacher: { id: ids[0], name: 'teacher' } })
    expect(clone.yaml).not.toContain('dropout')
    const plan = await api.call('train.plan', { yaml: clone.yaml })
    expect(plan.problems).toEqual([])
    expect(plan.runs.map(({ name, seed, config }) => ({ name, seed, config }))).toEqual([
      { name: 'teacher', seed: 7, config: runs[0]!.config },
      { name: 'virt', seed: 7, config: runs[2]!.config },
    ])
  })
})

test('the form’s fields are the schema’s settings, with bounds and defaults', async () => {
  const { api } = temporaryApi()
  const { fields } = await api.call('config.schema', {})
  const field = (path: string) => fields.find((one) => one.path === path)
  expect(field('model.type')).toMatchObject({ type: 'choice', required: true })
  expect(field('model.pretrained')).toMatchObject({ type: 'path', required: false })
  expect(field('model.dropout')).toMatchObject({
    type: 'number',
    default: 0.1,
    minimum: 0,
    maximum: 0.9,
  })
  expect(field('training.batchSize')).toMatchObject({ type: 'integer', exclusiveMinimum: 0 })
  expect(field('training.batchSize')).not.toHaveProperty('maximum')
  expect(field('distillation.virt.layers')).toMatchObject({
    type: 'list',
    onlyIf: { path: 'model.type' },
  })
  expect(fields.every(({ path, section }) => path.startsWith(section))).toBe(true)
})
