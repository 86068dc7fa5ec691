import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planSuite } from '../../src-main/suite/plan-suite.ts'
import { suitePresets } from '../../src-main/suite/presets/index.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { writeTinyTask } from '../support/tiny-task.ts'
import { userErrorOf } from '../support/user-error.ts'

const names = (preset: string, flags: Parameters<typeof planSuite>[1] = {}) =>
  planSuite(preset, { seeds: [1], ...flags }).runs.map(({ name }) => name)

describe('the presets', () => {
  test('main: the cross_encoder, every student alone, the VIRT-Encoder taught by it', () => {
    expect(names('main')).toEqual([
      'cross_encoder',
      'bi_encoder',
      'sbert',
      'deformer',
      'dipair',
      'poly_encoder',
      'colbert',
      'virt_encoder',
    ])
    const taught = planSuite('main', {}).runs.filter(({ teacher }) => teacher !== undefined)
    expect(new Set(taught.map(({ name, teacher }) => `${teacher} → ${name}`))).toEqual(
      new Set(['cross_encoder → virt_encoder']),
    )
  })

  test('ablation: without VIRT, without the adapted interaction, without both', () => {
    const { runs } = planSuite('ablation', { seeds: [1] })
    expect(
      runs.map(({ name, config }) => [name, config.model.type, !!config.distillation.virt]),
    ).toEqual([
      ['teacher', 'cross_encoder', false],
      ['full', 'virt_encoder', true],
      ['without VIRT', 'virt_encoder', false],
      ['without adapted interaction', 'sbert', true],
      ['without both', 'sbert', false],
    ])
  })

  test('generality: six students, each three ways, and one teacher a seed', () => {
    const { runs } = planSuite('generality', { seeds: [1, 2] })
    expect(runs).toHaveLength(2 * (6 * 3 + 1))
    const lessons = runs
      .filter(({ seed, levels }) => seed === 2 && levels?.['student'] === 'colbert')
      .map(({ levels, config }) => [levels?.['distillation'], Object.keys(config.distillation)])
    expect(lessons).toEqual([
      ['plain', []],
      ['logit KD', ['logits']],
      ['VIRT', ['virt']],
    ])
    expect(names('generality', { students: ['sbert'] })).toEqual([
      'teacher',
      'sbert/plain',
      'sbert/logit KD',
      'sbert/VIRT',
    ])
  })

  test('layers: every choice of layers once', () => {
    expect(names('layers')).toEqual(['teacher', 'none', 'all', 'layer 1', 'layer 2'])
    const { runs } = planSuite('layers', { seeds: [1], size: 'base' })
    const chosen = runs.map(({ config }) => config.distillation.virt?.layers)
    expect(new Set(chosen.map((layers) => JSON.stringify(layers))).size).toBe(runs.length - 1)
    expect(runs.find(({ name }) => name === 'last 3')?.config.distillation.virt?.layers).toEqual([
      10, 11, 12,
    ])
    expect(runs.find(({ name }) => name === 'every 4')?.config.distillation.virt?.layers).toEqual([
      4, 8, 12,
    ])
  })

  test('alpha: from none to more, in order', () => {
    expect(names('alpha')).toEqual(['teacher', '0', '0.04', '0.4', '1', '4', '10', '40'])
    const { runs } = planSuite('alpha', { seeds: [1] })
    expect(runs.at(-1)?.config.distillation.virt?.alpha).toBe(40)
    expect(runs[1]?.config.distillation).toEqual({})
  })

  test.each(suitePresets.map(({ id }) => id))('%s can be as short as asked for', (preset) => {
    const { runs } = planSuite(preset, { steps: 6, teacherSteps: 9, seeds: [1] })
    for (const { config } of runs) {
      const { maxSteps, evalEvery } = config.training
      expect([maxSteps, evalEvery]).toEqual(config.model.type === 'cross_encoder' ? [9, 3] : [6, 2])
    }
    for (const { config } of planSuite(preset, { epochs: 2 }).runs) {
      expect(config.training).toMatchObject({ epochs: 2 })
      expect(config.training).not.toHaveProperty('maxSteps')
    }
  })
})

test('an option that a preset has no use for is refused, not passed over', () => {
  expect(userErrorOf(() => planSuite('ablation', { students: ['colbert'] }))).toMatch(
    /^--students: the preset ablation has no use for this option/,
  )
  expect(userErrorOf(() => planSuite('alpha', { alpha: 3 }))).toMatch(/^--alpha: /)
})

describe('the data of a preset', () => {
  test('demo brings the settings with which the demo shows something', () => {
    const { name, runs } = planSuite('ablation', {})
    expect(name).toBe('ablation-demo')
    expect(runs[0]?.config).toMatchObject({
      model: { size: 'tiny', initializerRange: 0.09, dropout: 0, pooling: 'mean' },
      training: { maxSteps: 750, learningRate: 7e-4 },
    })
    expect(runs[1]?.config).toMatchObject({
      training: { maxSteps: 300 },
      distillation: { virt: { alpha: 10 } },
    })
  })

  test('a file of pairs: the paper’s settings, dev and test cut from it', () => {
    const folder = temporaryFolder()
    const { train, vocab } = writeTinyTask(folder)
    const { name, runs } = planSuite('ablation', { data: 'train.jsonl', vocab, seeds: [7] }, folder)
    expect(name).toBe('ablation-train')
    expect(runs[1]).toMatchObject({
      seed: 7,
      config: {
        data: { train: { path: train }, split: { testFraction: 0.1 } },
        training: { learningRate: 5e-5, epochs: 6 },
        distillation: { virt: { alpha: 0.4 } },
      },
    })
  })

  test('a YAML file, a recipe’s file or text: its data and its training settings', () => {
    const folder = temporaryFolder()
    const { train, vocab } = writeTinyTask(folder)
    const block = 'train: { path: train.jsonl }\nxMaxLength: 20\n'
    writeFileSync(join(folder, 'block.yaml'), block)
    const recipe = `name: r\ndefaults:\n  data: { train: { path: train.jsonl } }\n  training: { epochs: 4 }\nruns: {}\n`
    writeFileSync(join(folder, 'mine.yaml'), recipe)
    const configOf = (data: string) => planSuite('main', { data, vocab }, folder).runs[0]!.config
    expect(configOf('block.yaml').data).toMatchObject({ train: { path: train }, xMaxLength: 20 })
    expect(configOf('mine.yaml')).toMatchObject({
      data: { train: { path: train } },
      training: { epochs: 4, learningRate: 5e-5 },
    })
    expect(configOf('{ train: { path: train.jsonl } }').data.train?.path).toBe(train)
  })

  test('what is none is refused with what was probably meant', () => {
    expect(userErrorOf(() => planSuite('ablaton', {}))).toBe(
      'there is neither a preset nor a file "ablaton"\n  → Did you mean "ablation"?',
    )
    expect(userErrorOf(() => planSuite('main', { data: 'demmo' }))).toBe(
      '--data: there is no dataset "demmo"\n  → Did you mean "demo"?',
    )
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.yaml'), 'epochs: 3\n')
    expect(userErrorOf(() => planSuite('main', { data: 'a.yaml' }, folder))).toMatch(
      /a\.yaml: there are no data in this/,
    )
    writeTinyTask(folder)
    expect(userErrorOf(() => planSuite('main', { data: 'train.jsonl' }, folder))).toMatch(
      /^preset main:\d+:\d+ .*there is no vocabulary\n {2}→ Name a WordPiece vocab\.txt/,
    )
  })

  test('a recipe file says itself what a preset is told', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'mine.yaml')
    writeFileSync(
      path,
      'name: a\ndefaults: { data: { dataset: demo } }\nruns: { b: { model: { type: sbert } } }\n',
    )
    expect(planSuite(path, { seeds: [4] }).runs).toMatchObject([{ name: 'b', seed: 4 }])
    expect(userErrorOf(() => planSuite(path, { steps: 3 }))).toBe(
      '--steps: this option shapes presets; a recipe file says it itself\n  → Use --set training.maxSteps=NUMBER.',
    )
  })
})
