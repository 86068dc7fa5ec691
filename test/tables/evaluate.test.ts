import { describe, expect, it } from 'vitest'
import type { Store } from '../../src-main/store/open.ts'
import { plainCellText } from '../../src-main/tables/cell-text.ts'
import { evaluateTable } from '../../src-main/tables/evaluate.ts'
import { createTestRunner } from '../../src-main/tables/run-test.ts'
import type { EvaluatedTable } from '../../src-shared/tables/evaluated.ts'
import { tableRecipe, type TableRecipeInput } from '../../src-shared/tables/recipe.ts'
import { temporaryStore } from '../support/stored-run.ts'
import { addGenerality, addTrainedRun } from '../support/suite-store.ts'

const evaluate = (store: Store, recipe: Omit<TableRecipeInput, 'name'>): Promise<EvaluatedTable> =>
  evaluateTable(store, tableRecipe.parse({ name: 'test', ...recipe }), createTestRunner(store))

const texts = (table: EvaluatedTable) =>
  table.rows.map(({ labels, cells }) => [
    ...labels.map(({ text }) => text),
    ...cells.map((cell) => (cell.text ? plainCellText(cell.text) : '')),
  ])

const generality = {
  rows: ['factor.student'],
  columns: ['factor.distillation'],
  values: ['test/accuracy'],
} satisfies Omit<TableRecipeInput, 'name'>

describe('a suite of students and distillations', () => {
  it('has a row a student, a column a distillation, in the suite’s order', async () => {
    const store = temporaryStore()
    const suite = addGenerality(store)
    const table = await evaluate(store, { ...generality, runs: { suites: [suite] } })
    expect(table.rows.map(({ labels }) => labels[0]?.text)).toEqual([
      'bi_encoder',
      'sbert',
      'colbert',
    ])
    expect(table.columns.map(({ labels }) => labels[0]?.text)).toEqual([
      'plain',
      'logit KD',
      'VIRT',
    ])
    expect(table.runs).toBe(21)
    expect(table.pending).toBe(3)
  })

  it('holds mean, standard deviation and interval of the runs, and which runs these are', async () => {
    const store = temporaryStore()
    const suite = addGenerality(store)
    const table = await evaluate(store, { ...generality, runs: { suites: [suite] } })
    const cell = table.rows[0]!.cells[2]!
    expect(cell.ids).toHaveLength(3)
    const values = cell.ids.map((id) => store.series.last(store.runs.get(id).key, 'test/accuracy'))
    const numbers = values.map((point) => point!.value)
    const mean = (numbers[0]! + numbers[1]! + numbers[2]!) / 3
    expect(cell.mean).toBeCloseTo(mean, 12)
    expect(cell.low! < mean && mean < cell.high!).toBe(true)
    expect(cell.text).toMatchObject({
      mean: (100 * mean).toFixed(2),
      std: (100 * cell.std!).toFixed(2),
    })
  })

  it('says why a combination has no run, and which runs are still to come', async () => {
    const store = temporaryStore()
    const suite = addGenerality(store)
    const table = await evaluate(store, { ...generality, runs: { suites: [suite] } })
    const [, excepted, waiting] = table.rows[2]!.cells
    expect(excepted).toMatchObject({ mean: null, reason: 'its logits are no classes' })
    expect(waiting).toMatchObject({ mean: null, reason: null, others: { queued: 3 } })
  })

  it('compares with the reference: difference, corrected p, mark', async () => {
    const store = temporaryStore()
    const suite = addGenerality(store)
    const table = await evaluate(store, {
      ...generality,
      runs: { suites: [suite] },
      reference: { at: { 'factor.distillation': 'plain' } },
    })
    const [plain, , virt] = table.rows[0]!.cells
    expect(plain).toMatchObject({ isReference: true, reference: null })
    expect(virt!.reference).toMatchObject({ significant: true, refusal: null })
    expect(virt!.reference!.difference).toBeCloseTo(virt!.mean! - plain!.mean!, 12)
    expect(virt!.reference!.pAdjusted!).toBeGreaterThan(virt!.reference!.p!)
    expect(virt!.text).toMatchObject({
      mark: '*',
      delta: expect.stringMatching(/^\+1\d\.\d\d$/) as string,
    })
    expect(table.test.references).toBe(4)
  })

  it('sets in bold the best of a row and what is not significantly worse', async () => {
    const store = temporaryStore()
    const suite = addGenerality(store, {
      students: ['bi_encoder', 'sbert'],
      accuracy: { plain: 0.6, close: 0.797, best: 0.8, waiting: 0.5 },
    })
    const table = await evaluate(store, {
      ...generality,
      runs: { suites: [suite] },
      best: { within: 'row' },
    })
    expect(table.rows[0]!.cells.map(({ bold }) => bold)).toEqual([false, true, true, false])
    const alone = await evaluate(store, {
      ...generality,
      runs: { suites: [suite] },
      best: { within: 'row', ties: false },
    })
    expect(alone.rows[0]!.cells.filter(({ bold }) => bold)).toHaveLength(1)
  })

  it('gives the same table again', async () => {
    const store = temporaryStore()
    const runs = { suites: [addGenerality(store)] }
    const reference = { at: { 'factor.distillation': 'plain' } }
    const first = await evaluate(store, { ...generality, runs, reference })
    expect(await evaluate(store, { ...generality, runs, reference })).toEqual(first)
  })

  it('grows as runs finish', async () => {
    const store = temporaryStore()
    const suite = addGenerality(store)
    const before = await evaluate(store, { ...generality, runs: { preset: 'generality' } })
    const waiting = store.suites.cells(store.suites.get(suite).key).find(({ runId }) => runId)
    store.runs.setDeleted(waiting!.runId!, true)
    const after = await evaluate(store, { ...generality, runs: { preset: 'generality' } })
    expect(after.runs).toBe(before.runs - 1)
    expect(after.rows[0]!.cells[0]!.n).toBe(2)
    expect(after.warnings).toContainEqual({ kind: 'uneven_seeds', least: 2, most: 3 })
  })
})

describe('runs of no suite', () => {
  const recipe = { rows: ['model'], values: ['test/accuracy'] }

  it('are chosen by tag, recipe, id and filter', async () => {
    const store = temporaryStore()
    const runs = [1, 2].map((seed) =>
      addTrainedRun(store, { name: 'a', seed, model: 'sbert', share: 0.7 }),
    )
    addTrainedRun(store, { name: 'b', seed: 1, model: 'bi_encoder', share: 0.7 })
    store.db.prepare('INSERT INTO run_tags VALUES (?, ?)').run(runs[0]!.key, 'paper')
    expect((await evaluate(store, recipe)).runs).toBe(3)
    expect((await evaluate(store, { ...recipe, runs: { tags: ['paper'] } })).runs).toBe(1)
    expect((await evaluate(store, { ...recipe, runs: { ids: [runs[1]!.id] } })).runs).toBe(1)
    const filter = {
      op: 'test',
      column: { kind: 'field', field: 'model' },
      test: 'eq',
      value: 'sbert',
    } as const
    expect((await evaluate(store, { ...recipe, runs: { filter } })).runs).toBe(2)
    expect((await evaluate(store, { ...recipe, runs: { recipe: 'other' } })).runs).toBe(0)
  })

  it('warn where a cell mixes settings, and count the newest run of a seed', async () => {
    const store = temporaryStore()
    const of = { name: 'a', model: 'sbert', share: 0.7 } as const
    addTrainedRun(store, { ...of, seed: 1 })
    const again = addTrainedRun(store, { ...of, seed: 1 })
    const table = await evaluate(store, recipe)
    expect(table.rows[0]!.cells[0]!.ids).toEqual([again.id])
    expect(table.warnings).toContainEqual({ kind: 'repeated_seeds', cells: 1 })
    addTrainedRun(store, { ...of, seed: 2, learningRate: 1e-3 })
    expect((await evaluate(store, recipe)).warnings).toContainEqual({
      kind: 'mixed',
      cells: 1,
      settings: ['training.learningRate'],
    })
    const apart = await evaluate(store, { ...recipe, columns: ['config.training.learningRate'] })
    expect(apart.columns.map(({ labels }) => labels[0]?.text)).toEqual(['0.0005', '0.001'])
    expect(apart.warnings.filter(({ kind }) => kind === 'mixed')).toEqual([])
  })

  it('print what the recipe says: values on rows, labels, digits, order, n, interval, missing', async () => {
    const store = temporaryStore()
    for (const seed of [1, 2]) {
      addTrainedRun(store, { name: 'a', seed, model: 'sbert', share: 0.7 })
      addTrainedRun(store, { name: 'b', seed, model: 'bi_encoder', share: 0.8 })
    }
    const table = await evaluate(store, {
      rows: [{ field: 'model', labels: { sbert: 'Sentence-BERT' }, order: ['bi_encoder'] }],
      values: [
        { metric: 'test/accuracy', digits: 1 },
        { metric: 'test/loss', title: 'loss' },
        'no/such',
      ],
      valuesOn: 'rows',
      spread: 'interval',
      showN: true,
      missing: 'none',
      best: { within: 'none' },
    })
    expect(table.rows.map(({ labels, value }) => [labels[0]?.text, value])).toEqual([
      ['bi_encoder', 0],
      ['bi_encoder', 1],
      ['bi_encoder', 2],
      ['Sentence-BERT', 0],
      ['Sentence-BERT', 1],
      ['Sentence-BERT', 2],
    ])
    expect(texts(table)[3]![1]).toMatch(/^\d\d\.\d \[−?\d+\.\d, \d+\.\d\] n=2$/)
    expect(texts(table)[4]![1]).toMatch(/^0\.\d{4} \[/)
    expect(table.rows[2]!.cells[0]!.text).toBeNull()
  })

  it('can be told as a ratio: the speed-up over another row', async () => {
    const store = temporaryStore()
    addTrainedRun(store, { name: 't', seed: 1, model: 'cross_encoder', share: 0.9 })
    addTrainedRun(store, { name: 's', seed: 1, model: 'sbert', share: 0.8 })
    const table = await evaluate(store, {
      rows: ['model'],
      values: [
        { metric: 'inference/pairs_per_second', ratioTo: { model: 'cross_encoder' }, digits: 1 },
      ],
    })
    expect(texts(table)).toEqual([
      ['cross_encoder', '1.0'],
      ['sbert', '16.0'],
    ])
  })

  it('sorts rows by their numbers on demand', async () => {
    const store = temporaryStore()
    addTrainedRun(store, { name: 's', seed: 1, model: 'sbert', share: 0.6 })
    addTrainedRun(store, { name: 'b', seed: 1, model: 'bi_encoder', share: 0.9 })
    const rows = async (sort: 'best_first' | 'worst_first', values: string[]) =>
      texts(await evaluate(store, { rows: ['name'], values, sort })).map(([name]) => name)
    expect(await rows('best_first', ['test/accuracy'])).toEqual(['b', 's'])
    expect(await rows('worst_first', ['test/accuracy'])).toEqual(['s', 'b'])
    expect(await rows('best_first', ['test/loss'])).toEqual(['b', 's'])
  })

  it('warns of tests that could not have become significant, and of those that could not be made', async () => {
    const store = temporaryStore()
    for (const seed of [1, 2, 3]) {
      addTrainedRun(store, { name: 's', seed, model: 'sbert', share: 0.6 })
      addTrainedRun(store, { name: 'b', seed, model: 'bi_encoder', share: 0.9 })
    }
    const reference = { at: { name: 's' } }
    const of = { rows: ['name'], reference, best: { within: 'none' } as const }
    const wilcoxon = await evaluate(store, {
      ...of,
      values: ['test/accuracy'],
      significance: { test: 'wilcoxon' },
    })
    expect(wilcoxon.warnings).toContainEqual({ kind: 'too_small', tests: 1, of: 1 })
    expect(wilcoxon.warnings).toContainEqual(
      expect.objectContaining({ kind: 'few_seeds', seeds: 3 }),
    )
    const loss = await evaluate(store, { ...of, values: ['test/loss'] })
    expect(loss.warnings).toContainEqual({
      kind: 'refused',
      refusal: 'not_of_predictions',
      tests: 1,
    })
  })

  it('refuses a reference that there is not, and says what there is', async () => {
    const store = temporaryStore()
    addTrainedRun(store, { name: 's', seed: 1, model: 'sbert', share: 0.6 })
    const of = { rows: ['name'], values: ['test/accuracy'] }
    await expect(evaluate(store, { ...of, reference: { at: { name: 'x' } } })).rejects.toThrow(
      'no row or column has the name "x"',
    )
    await expect(evaluate(store, { ...of, reference: { at: { model: 's' } } })).rejects.toThrow(
      'model is neither a row nor a column of the table',
    )
  })
})
