import { expect, test } from 'vitest'
import { temporaryApi } from '../support/served.ts'
import { addGenerality, addTrainedRun } from '../support/suite-store.ts'

test('a table is saved, evaluated, exported with its footnote, and deleted', async () => {
  const { core, api } = temporaryApi()
  addGenerality(core.store)
  let changes = 0
  api.subscribe('tables.changed', () => changes++)

  const { recipe } = await api.call('tables.preset', { preset: 'generality' })
  const saved = await api.call('tables.save', { recipe: { ...recipe, name: 'mine' } })
  expect((await api.call('tables.list', {})).tables.map(({ id }) => id)).toEqual([saved.id])
  expect(await api.call('tables.get', { id: saved.id })).toEqual(saved)

  const { table } = await api.call('tables.evaluate', { recipe: saved.recipe })
  expect(table.rows).toHaveLength(3)
  const files = await api.call('tables.export', { recipe: saved.recipe, format: 'latex' })
  expect(files.table.fileName).toBe('mine.tex')
  expect(new TextDecoder().decode(files.table.data)).toContain('\\toprule')
  expect(files.footnote.map(({ fileName }) => fileName)).toEqual([
    'mine.provenance.json',
    'mine.provenance.md',
  ])

  await api.call('tables.delete', { id: saved.id })
  expect((await api.call('tables.list', {})).tables).toEqual([])
  expect(changes).toBe(2)
})

test('fields: the suite’s factors first, with their levels; metrics with how many runs have them', async () => {
  const { core, api } = temporaryApi()
  const suite = addGenerality(core.store)
  const found = await api.call('tables.fields', { runs: { suites: [suite] } })
  expect(found.fields.slice(0, 2)).toEqual([
    {
      field: 'factor.student',
      kind: 'factor',
      distinct: 3,
      levels: ['bi_encoder', 'sbert', 'colbert'],
    },
    {
      field: 'factor.distillation',
      kind: 'factor',
      distinct: 3,
      levels: ['plain', 'logit KD', 'VIRT'],
    },
  ])
  expect(found.metrics).toContainEqual({ metric: 'test/accuracy', runs: 21 })
  expect(found.runs).toBe(24)
  expect(found.suites).toEqual([{ id: suite, name: 'generality-demo', preset: 'generality' }])
})

test('a recipe goes to YAML and back; what is wrong with a text is told', async () => {
  const { api } = temporaryApi()
  const { recipe } = await api.call('tables.preset', { preset: 'ablation' })
  const { yaml } = await api.call('tables.write', { recipe })
  expect(await api.call('tables.read', { yaml })).toEqual({ recipe, problem: null })
  const { problem } = await api.call('tables.read', { yaml: 'name: x\nrow: [model]' })
  expect(problem).toEqual({
    message: 'row: unknown setting "row"',
    where: 'recipe:2:1',
    fix: 'Did you mean "rows"?',
  })
})

test('two systems are compared: seeds, answers, tests, effects, verdict', async () => {
  const { core, api } = temporaryApi()
  const group = (name: string, share: number) =>
    [1, 2, 3].map((seed) => addTrainedRun(core.store, { name, seed, model: 'sbert', share }).id)
  const [a, b] = [group('a', 0.85), group('b', 0.65)]
  const comparison = await api.call('stats.compare', { a, b, metric: 'test/accuracy' })
  expect(comparison).toMatchObject({ winner: 'a', verdict: 'real', a: { n: 3 }, b: { n: 3 } })
  expect(comparison.paired).toEqual({
    by: 'seed',
    seeds: [1, 2, 3],
    pairs: 3,
    examples: 400,
    unit: 'example',
    split: 'test',
  })
  const { bothRight, onlyA, onlyB, bothWrong } = comparison.answers!
  expect(bothRight + onlyA + onlyB + bothWrong).toBe(1200)
  expect(comparison.difference!.low).toBeGreaterThan(0)
  expect(comparison.tests.find(({ key }) => key === 'wilcoxon')).toMatchObject({
    tooSmall: true,
    p: 0.25,
  })
  expect(comparison.effects.map(({ refusal }) => refusal)).toEqual([null, null, null, null])

  const loss = await api.call('stats.compare', { a, b, metric: 'test/loss' })
  expect(loss).toMatchObject({ better: 'lower', winner: 'a', verdict: 'seeds_only', answers: null })
  const single = await api.call('stats.compare', {
    a: [a[0]!],
    b: [b[0]!],
    metric: 'test/accuracy',
  })
  expect(single).toMatchObject({ verdict: 'examples_only', decidedBy: { seeds: null } })
})
