import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandRecipe, type RecipeOverrides } from '../../src-shared/config/expand-recipe.ts'
import { readRecipeSource } from '../../src-shared/config/recipe-source.ts'
import { trialsOf, sweepConfig } from '../../src-shared/config/sweep.ts'
import { userErrorOf } from '../support/user-error.ts'

const expand = (text: string, overrides: RecipeOverrides = {}) =>
  expandRecipe(readRecipeSource(text, 'grid.yaml'), overrides)

const grid = `
name: grid
seeds: [1, 2]
defaults:
  data: { dataset: demo }
  training: { epochs: 3 }
runs:
  teacher: { model: { type: cross_encoder } }
factors:
  student:
    bi_encoder: { model: { type: bi_encoder } }
    sbert: { model: { type: sbert }, training: { epochs: 1 } }
  distillation:
    plain: {}
    VIRT: { teacher: teacher, distillation: { virt: {} } }
`

describe('a grid', () => {
  test('is every combination of its levels, trained once a seed, teachers first', () => {
    const { runs } = expand(grid)
    expect(runs.map(({ name, seed }) => `${name} ${seed}`)).toEqual(
      [1, 2].flatMap((seed) => [
        `teacher ${seed}`,
        `bi_encoder/plain ${seed}`,
        `bi_encoder/VIRT ${seed}`,
        `sbert/plain ${seed}`,
        `sbert/VIRT ${seed}`,
      ]),
    )
    expect(runs[4]).toMatchObject({
      teacher: 'teacher',
      levels: { student: 'sbert', distillation: 'VIRT' },
      config: { model: { type: 'sbert' }, training: { epochs: 1 }, distillation: { virt: {} } },
    })
    expect(runs[0]).not.toHaveProperty('levels')
    expect(runs[1]).not.toHaveProperty('teacher')
  })

  test('levels that are numbers stand in their order', () => {
    const { runs } = expand(`
name: a
defaults: { data: { dataset: demo }, model: { type: sbert } }
factors: { epochs: { 10: { training: { epochs: 10 } }, 0.5: { training: { epochs: 0.5 } } } }`)
    expect(runs.map(({ name }) => name)).toEqual(['0.5', '10'])
  })

  test('a level can take away the teacher that another names', () => {
    const { runs } = expand(
      grid
        .replace('training: { epochs: 1 }', 'teacher: teacher, distillation: { virt: {} }')
        .replace('plain: {}', 'plain: { teacher: null, distillation: { virt: null } }'),
    )
    const teacherOf = (name: string) => runs.find((run) => run.name === name)?.teacher
    expect(teacherOf('sbert/VIRT')).toBe('teacher')
    expect(teacherOf('sbert/plain')).toBeUndefined()
  })

  test('a cell that cannot be says why, and so do cells that it would teach', () => {
    const { runs, skipped } = expand(
      grid.replace(
        'bi_encoder: { model: { type: bi_encoder } }',
        'joint: { model: { type: cross_encoder } }',
      ),
    )
    expect(runs.filter(({ seed }) => seed === 1).map(({ name }) => name)).not.toContain(
      'joint/VIRT',
    )
    expect(skipped).toEqual([
      {
        name: 'joint/VIRT',
        levels: { student: 'joint', distillation: 'VIRT' },
        reason: expect.stringContaining('a cross_encoder reads X and Y together') as string,
      },
    ])
  })

  test('a cell can be left out, with the reason that is given', () => {
    const text = `${grid}
except:
  - levels: { student: [bi_encoder], distillation: VIRT }
    because: it was done in May
`
    const { runs, skipped } = expand(text)
    expect(runs).toHaveLength(8)
    expect(skipped).toMatchObject([{ name: 'bi_encoder/VIRT', reason: 'it was done in May' }])
  })

  test('only some cells are trained, with the teachers they need', () => {
    const { runs } = expand(grid, { only: ['sbert/VIRT'], seeds: [3] })
    expect(runs.map(({ name, seed }) => `${name} ${seed}`)).toEqual(['teacher 3', 'sbert/VIRT 3'])
  })
})

const sweep = `
name: s
defaults: { data: { dataset: demo } }
runs:
  teacher: { model: { type: cross_encoder } }
  student: { model: { type: sbert }, teacher: teacher, distillation: { virt: {} } }
sweep:
`

describe('a sweep', () => {
  test('goes through every combination for all that teach no other', () => {
    const { runs } = expand(`${sweep}
  space:
    training.learningRate: [1.0e-4, 1.0e-3]
    distillation.virt.alpha: { choice: [0.4, 10] }`)
    expect(runs.map(({ name }) => name)).toEqual([
      'teacher',
      'student/training.learningRate=0.0001 distillation.virt.alpha=0.4',
      'student/training.learningRate=0.0001 distillation.virt.alpha=10',
      'student/training.learningRate=0.001 distillation.virt.alpha=0.4',
      'student/training.learningRate=0.001 distillation.virt.alpha=10',
    ])
    expect(runs.at(-1)).toMatchObject({
      trialOf: 'student',
      teacher: 'teacher',
      levels: { run: 'student', 'training.learningRate': '0.001', 'distillation.virt.alpha': '10' },
      config: { training: { learningRate: 0.001 }, distillation: { virt: { alpha: 10 } } },
    })
  })

  test('draws the same for the same seed, within its ranges, without repeating itself', () => {
    const bounds = fc
      .tuple(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1.1, max: 1e3, noNaN: true }),
      )
      .map(([low, factor]) => [low, low * factor] as const)
    fc.assert(
      fc.property(
        fc.nat(),
        bounds,
        fc.integer({ min: 1, max: 30 }),
        (seed, [low, high], maxRuns) => {
          const given = sweepConfig.parse({
            method: 'random',
            seed,
            maxRuns,
            space: {
              'training.learningRate': { logUniform: [low, high] },
              'model.dropout': { uniform: [low, high] },
              'training.batchSize': { int: [2, 5] },
              'model.type': ['sbert', 'bi_encoder'],
            },
          })
          const trials = trialsOf(given)
          expect(trialsOf(given)).toEqual(trials)
          expect(new Set(trials.map(({ values }) => JSON.stringify([...values]))).size).toBe(
            trials.length,
          )
          for (const { values } of trials) {
            for (const key of ['training.learningRate', 'model.dropout']) {
              expect(values.get(key)).toBeGreaterThanOrEqual(low)
              expect(values.get(key)).toBeLessThanOrEqual(high)
            }
            expect([2, 3, 4, 5]).toContain(values.get('training.batchSize'))
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a small space is used up rather than repeated', () => {
    const trials = trialsOf(
      sweepConfig.parse({ method: 'random', maxRuns: 20, space: { 'model.type': ['a', 'b'] } }),
    )
    expect(trials).toHaveLength(2)
  })

  test('log-uniform values are as many below as above the middle power', () => {
    const trials = trialsOf(
      sweepConfig.parse({
        method: 'random',
        maxRuns: 400,
        space: { a: { logUniform: [1e-4, 1] } },
      }),
    )
    const below = trials.filter(({ values }) => Number(values.get('a')) < 1e-2).length
    expect(below / trials.length).toBeGreaterThan(0.4)
    expect(below / trials.length).toBeLessThan(0.6)
  })
})

describe('a mistake in a grid is told with file, line, column, field and what to do', () => {
  const wrong: [name: string, text: string, message: string][] = [
    [
      'in a level',
      grid.replace('epochs: 1 }', 'epoch: 1 }'),
      'grid.yaml:12:50 (factors.student.sbert.training.epoch): unknown setting "epoch"\n  → Did you mean "epochs"?',
    ],
    [
      'a teacher that is not there',
      grid.replace('VIRT: { teacher: teacher', 'VIRT: { teacher: techer'),
      'grid.yaml:15:13 (factors.distillation.VIRT.teacher): no run of this recipe is called "techer"\n  → Did you mean "teacher"?',
    ],
    [
      'a teacher without a lesson',
      grid.replace('plain: {}', 'plain: { teacher: teacher }'),
      'grid.yaml:14:14 (factors.distillation.plain.teacher): this run has a teacher but learns nothing from it\n  → Add `distillation: { virt: {} }` (or logits, marginMse, dide, hidden), or take the teacher away.',
    ],
    [
      'a seed in a level',
      grid.replace('epochs: 1 }', 'seed: 1 }'),
      'grid.yaml:12:50 (factors.student.sbert.training.seed): a recipe sets its seeds for all runs\n  → Write `seeds: [1, 2, 3]` at the top of the recipe instead.',
    ],
    [
      'an exception of a level that is not there',
      `${grid}except: [{ levels: { student: sbrt }, because: x }]`,
      'grid.yaml:16:22 (except.0.levels.student): "student" has no level "sbrt"\n  → Did you mean "sbert"?',
    ],
    [
      'a factor without levels',
      grid
        .replace('    plain: {}\n', '')
        .replace(/ {4}VIRT.*\n/, '')
        .replace('distillation:\n', 'distillation: {}\n'),
      'grid.yaml:13:3 (factors.distillation): this factor has no levels',
    ],
    [
      'a cell named like a run',
      'name: a\ndefaults: { data: { dataset: demo }, model: { type: sbert } }\nruns: { b: {} }\nfactors: { f: { b: {} } }',
      'grid.yaml:4:17 (factors.f.b): "b" is there twice\n  → Give the run or the level another name.',
    ],
    [
      'a swept setting that is not there',
      `${sweep}  space: { training.learningrate: [1] }`,
      'grid.yaml:8:12 (sweep.space.training.learningrate): unknown setting "training.learningrate"\n  → Did you mean "training.learningRate"?',
    ],
    [
      'a swept value that cannot be',
      `${sweep}  space: { training.batchSize: [8, 0] }`,
      'grid.yaml:8:12 (sweep.space.training.batchSize): 0: Too small: expected number to be >0',
    ],
    [
      'a range in a grid',
      `${sweep}  space: { model.dropout: { uniform: [0, 0.5] } }`,
      'grid.yaml:8:12 (sweep.space.model.dropout): a grid goes through lists, not ranges\n  → List the values, or draw them: `method: random`.',
    ],
    [
      'a random sweep without an end',
      `${sweep}  method: random\n  space: { model.dropout: { uniform: [0, 0.5] } }`,
      'grid.yaml:8:3 (sweep.method): how many combinations shall be drawn?\n  → Add `maxRuns: 20` to the sweep.',
    ],
    [
      'a range that is none',
      `${sweep}  method: random\n  maxRuns: 3\n  space: { model.dropout: { logUniform: [0, 0.5] } }`,
      'grid.yaml:10:12 (sweep.space.model.dropout): a logarithmic range begins above 0, not at 0',
    ],
    [
      'too many combinations',
      `${sweep}  maxRuns: 3\n  space: { training.epochs: [1, 2], model.dropout: [0, 0.1] }`,
      'grid.yaml:8:3 (sweep.maxRuns): the grid has 4 combinations, more than 3\n  → Raise maxRuns, list fewer values, or draw some: `method: random`.',
    ],
    [
      'a swept run that is not there',
      `${sweep}  runs: [studnt]\n  space: { training.epochs: [1, 2] }`,
      'grid.yaml:8:10 (sweep.runs.0): no run or cell is called "studnt"\n  → Did you mean "student"?',
    ],
  ]
  test.each(wrong)('%s', (_name, text, message) => {
    expect(userErrorOf(() => expand(text)).split('\ngrid.yaml')[0]).toBe(message)
  })
})
