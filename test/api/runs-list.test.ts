import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Api } from '../../src-main/api/index.ts'
import type { Core } from '../../src-main/core.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { ColumnRef, RunFilter } from '../../src-shared/contract/run-query.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { provenance } from '../support/plan.ts'
import { temporaryApi } from '../support/served.ts'
import { addGenerality } from '../support/suite-store.ts'

interface Given {
  name: string
  model: 'bi_encoder' | 'sbert'
  epochs: number
  seed: number
  /** Last dev/accuracy; undefined: none logged. */
  accuracy?: number | undefined
  status?: 'completed' | 'failed'
  tags?: string[]
}

const model: ColumnRef = { kind: 'config', key: 'model.type' }
const epochs: ColumnRef = { kind: 'config', key: 'training.epochs' }
const bucketing: ColumnRef = { kind: 'config', key: 'training.bucketing' }
const accuracy: ColumnRef = { kind: 'metric', key: 'dev/accuracy', reading: 'last' }
const name: ColumnRef = { kind: 'field', field: 'name' }

function add(core: Core, given: Given): string {
  const { store } = core
  const run = store.runs.create({
    name: given.name,
    seed: given.seed,
    suiteId: null,
    teacherId: null,
    provenance,
    config: runConfig.parse({
      model: { type: given.model },
      data: { dataset: 'demo' },
      training: { seed: given.seed, epochs: given.epochs },
    }),
  })
  if (given.accuracy !== undefined) {
    const points = pointsOf('dev/accuracy', [
      [1, 0.125],
      [2, given.accuracy],
    ])
    store.writeBatch(batchOf(run.id, 1, { points }))
  }
  store.runs.setStatus(run.id, given.status ?? 'completed')
  return run.id
}

async function addAll(core: Core, api: Api, all: Given[]): Promise<string[]> {
  const ids = all.map((given) => add(core, given))
  const changes = all.flatMap(({ tags }, i) => (tags ? [{ id: ids[i]!, tags }] : []))
  if (changes.length > 0) await api.call('runs.update', { changes })
  return ids
}

const namesOf = async (api: Api, filter: RunFilter) => {
  const { rows } = await api.call('runs.list', { filter, group: null, limit: 1000 })
  return rows.map(({ run }) => run.name).sort()
}

describe('grouping', () => {
  test('by default seeds of one configuration are one row: mean ± std (n)', async () => {
    const { core, api } = temporaryApi()
    const bi = { name: 'bi', model: 'bi_encoder', epochs: 2 } as const
    await addAll(core, api, [
      { ...bi, seed: 1, accuracy: 0.5 },
      { ...bi, seed: 2, accuracy: 0.75 },
      { ...bi, seed: 3, accuracy: 1 },
      { ...bi, epochs: 3, seed: 1, accuracy: 0.25 },
    ])
    const { rows, total, totalRuns } = await api.call('runs.list', {
      columns: [
        model,
        epochs,
        accuracy,
        { ...accuracy, reading: 'min' },
        { kind: 'field', field: 'seed' },
      ],
      sort: [{ column: accuracy, descending: true }],
    })
    expect({ total, totalRuns }).toEqual({ total: 2, totalRuns: 4 })
    expect(rows[0]).toMatchObject({
      seeds: [3, 2, 1],
      statuses: { completed: 3 },
      metricsOver: 'completed',
    })
    expect(rows[0]!.cells).toEqual([
      'bi_encoder',
      2,
      { mean: 0.75, std: 0.25, n: 3, min: 0.5, max: 1 },
      { mean: 0.125, std: 0, n: 3, min: 0.125, max: 0.125 },
      { distinct: 3 },
    ])
    expect(rows[1]!.cells.slice(1, 3)).toEqual([
      3,
      { mean: 0.25, std: null, n: 1, min: 0.25, max: 0.25 },
    ])
  })

  test('numbers are over completed runs, or over all where none is completed', async () => {
    const { core, api } = temporaryApi()
    const bi = { name: 'bi', model: 'bi_encoder', epochs: 2 } as const
    await addAll(core, api, [
      { ...bi, seed: 1, accuracy: 0.5 },
      { ...bi, seed: 2, accuracy: 0.75, status: 'failed' },
      { ...bi, epochs: 3, seed: 1, accuracy: 0.25, status: 'failed' },
    ])
    const { rows } = await api.call('runs.list', { columns: [accuracy] })
    expect(rows.map(({ metricsOver, cells }) => [metricsOver, cells])).toEqual([
      ['all', [{ mean: 0.25, std: null, n: 1, min: 0.25, max: 0.25 }]],
      ['completed', [{ mean: 0.5, std: null, n: 1, min: 0.5, max: 0.5 }]],
    ])
  })

  test('by any columns; what differs inside a group is counted', async () => {
    const { core, api } = temporaryApi()
    await addAll(core, api, [
      { name: 'a', model: 'bi_encoder', epochs: 1, seed: 1 },
      { name: 'b', model: 'bi_encoder', epochs: 2, seed: 1 },
      { name: 'c', model: 'sbert', epochs: 2, seed: 1 },
    ])
    const { rows } = await api.call('runs.list', {
      group: [model],
      columns: [model, epochs],
      sort: [{ column: model }],
    })
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['bi_encoder', { distinct: 2 }],
      ['sbert', 2],
    ])
  })

  test('a mean over seeds is exact where a naive sum of squares is not', async () => {
    const { core, api } = temporaryApi()
    const bi = { name: 'bi', model: 'bi_encoder', epochs: 2 } as const
    const values = [1e9, 1e9 + 1, 1e9 + 2]
    await addAll(
      core,
      api,
      values.map((value, i) => ({ ...bi, seed: i, accuracy: value })),
    )
    const { rows } = await api.call('runs.list', { columns: [accuracy] })
    expect(rows[0]!.cells[0]).toMatchObject({ mean: 1e9 + 1, std: 1 })
  })
})

describe('sorting and paging', () => {
  test('what has no value stands last, whichever way round', async () => {
    const { core, api } = temporaryApi()
    await addAll(core, api, [
      { name: 'low', model: 'sbert', epochs: 1, seed: 1, accuracy: 0.25 },
      { name: 'none', model: 'sbert', epochs: 1, seed: 2 },
      { name: 'nan', model: 'sbert', epochs: 1, seed: 3, accuracy: NaN },
      { name: 'high', model: 'sbert', epochs: 1, seed: 4, accuracy: 0.75 },
    ])
    const sorted = async (descending: boolean) => {
      const { rows } = await api.call('runs.list', {
        group: null,
        columns: [accuracy],
        sort: [{ column: accuracy, descending }],
      })
      return rows.map(({ run, cells }) => [run.name, cells[0]])
    }
    expect(await sorted(true)).toEqual([
      ['high', 0.75],
      ['low', 0.25],
      ['nan', NaN],
      ['none', null],
    ])
    expect((await sorted(false)).map(([of]) => of)).toEqual(['low', 'high', 'nan', 'none'])
  })

  test('pages are cut from one order; behind the end the totals are still told', async () => {
    const { core, api } = temporaryApi()
    const all = Array.from({ length: 7 }, (_, i) => ({
      name: `run${i}`,
      model: 'sbert' as const,
      epochs: 1 + i,
      seed: 1,
    }))
    await addAll(core, api, all)
    const page = (offset: number) =>
      api.call('runs.list', { group: null, sort: [{ column: epochs }], offset, limit: 3 })
    const pages = await Promise.all([0, 3, 6, 9].map(page))
    expect(pages.flatMap(({ rows }) => rows.map(({ run }) => run.name))).toEqual(
      all.map(({ name: of }) => of),
    )
    expect(pages.map(({ total }) => total)).toEqual([7, 7, 7, 7])
    expect(pages[3]!.rows).toEqual([])
  })

  test('archived and deleted runs are lists of their own, and come back', async () => {
    const { core, api } = temporaryApi()
    const ids = await addAll(core, api, [
      { name: 'a', model: 'sbert', epochs: 1, seed: 1 },
      { name: 'b', model: 'sbert', epochs: 1, seed: 2 },
      { name: 'c', model: 'sbert', epochs: 1, seed: 3 },
    ])
    await api.call('runs.archive', { ids: [ids[0]!], archived: true })
    await api.call('runs.delete', { ids: [ids[1]!] })
    const shown = async (show: 'active' | 'archived' | 'deleted') => {
      const { rows } = await api.call('runs.list', { show, group: null })
      return rows.map(({ run }) => run.name)
    }
    expect(await Promise.all([shown('active'), shown('archived'), shown('deleted')])).toEqual([
      ['c'],
      ['a'],
      ['b'],
    ])
    expect(await api.call('runs.columns', {})).toMatchObject({ active: 1, archived: 1, deleted: 1 })
    await api.call('runs.archive', { ids: [ids[0]!], archived: false })
    await api.call('runs.restore', { ids: [ids[1]!] })
    expect(await shown('active')).toEqual(['c', 'b', 'a'])
  })
})

describe('filters', () => {
  const all: Given[] = [
    { name: 'a', model: 'bi_encoder', epochs: 1, seed: 1, accuracy: 0.5, tags: ['good', 'old'] },
    { name: 'b', model: 'bi_encoder', epochs: 2, seed: 1, accuracy: 0.75, status: 'failed' },
    { name: 'c', model: 'sbert', epochs: 1, seed: 2, tags: ['good'] },
    { name: 'd', model: 'sbert', epochs: 3, seed: 2, accuracy: 1 },
    { name: '100%_d', model: 'sbert', epochs: 10, seed: 3, accuracy: 0.25 },
  ]
  const compare = (
    column: ColumnRef,
    test: 'eq' | 'lt' | 'ge',
    value: string | number,
  ): RunFilter => ({
    op: 'test',
    column,
    test,
    value,
  })

  /** What a filter means, said once more in JavaScript. */
  function passes(filter: RunFilter, given: Given): boolean {
    switch (filter.op) {
      case 'and':
        return filter.of.every((inner) => passes(inner, given))
      case 'or':
        return filter.of.some((inner) => passes(inner, given))
      case 'not':
        return !passes(filter.of, given)
      case 'tag':
        return given.tags?.includes(filter.tag) ?? false
      case 'status':
        return filter.of.includes(given.status ?? 'completed')
      case 'text':
        return [given.name, ...(given.tags ?? [])].some((text) => text.includes(filter.text))
      case 'ids':
        return false
      case 'test': {
        const { column, value } = filter
        const own =
          column.kind === 'metric'
            ? given.accuracy
            : column.kind === 'field'
              ? given.name
              : column.kind === 'config' && column.key === 'model.type'
                ? given.model
                : given.epochs
        if (own === undefined) return false
        if (filter.test === 'eq') return own === value
        if (typeof own !== typeof value) return false
        return filter.test === 'lt' ? own < (value as typeof own) : own >= (value as typeof own)
      }
    }
  }

  const leaf: fc.Arbitrary<RunFilter> = fc.oneof(
    fc.constantFrom<RunFilter[]>(
      { op: 'tag', tag: 'good' },
      { op: 'tag', tag: 'none' },
      { op: 'status', of: ['failed'] },
      { op: 'status', of: [] },
      // With a character that no run id has: the search looks into ids too, and those are random.
      { op: 'text', text: '_d' },
      { op: 'text', text: '%_' },
      compare(model, 'eq', 'sbert'),
      compare(name, 'ge', 'b'),
    ),
    fc
      .tuple(
        fc.constantFrom(epochs, accuracy),
        fc.constantFrom('eq' as const, 'lt' as const, 'ge' as const),
        fc.constantFrom(0.5, 1, 2, 10),
      )
      .map(([column, test, value]) => compare(column, test, value)),
  )
  const { tree } = fc.letrec<{ tree: RunFilter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }).map((of): RunFilter => ({ op: 'and', of })),
      fc.array(tie('tree'), { maxLength: 3 }).map((of): RunFilter => ({ op: 'or', of })),
      tie('tree').map((of): RunFilter => ({ op: 'not', of })),
    ),
  }))

  test('any tree of AND, OR and NOT keeps the runs that it says', async () => {
    const { core, api } = temporaryApi()
    await addAll(core, api, all)
    await fc.assert(
      fc.asyncProperty(tree, async (filter) => {
        const expected = all.filter((given) => passes(filter, given)).map((given) => given.name)
        expect(await namesOf(api, filter)).toEqual(expected.sort())
      }),
      { numRuns: 150 },
    )
  })

  test('numbers are compared as numbers, truth values as such, and ne is the opposite of eq', async () => {
    const { core, api } = temporaryApi()
    await addAll(core, api, all)
    const of = (
      column: ColumnRef,
      test: 'ne' | 'in' | 'contains' | 'exists' | 'gt' | 'eq',
      value: RunFilter extends never ? never : string | number | boolean | (string | number)[],
    ) => namesOf(api, { op: 'test', column, test, value })
    expect(await of(epochs, 'gt', 2)).toEqual(['100%_d', 'd'])
    expect(await of(epochs, 'in', [1, 3])).toEqual(['a', 'c', 'd'])
    expect(await of(bucketing, 'eq', true)).toHaveLength(all.length)
    expect(await of(bucketing, 'eq', false)).toEqual([])
    expect(await of(accuracy, 'exists', false)).toEqual(['c'])
    expect(await of(accuracy, 'ne', 0.5)).toEqual(['100%_d', 'b', 'c', 'd'])
    expect(await of(name, 'contains', '%_')).toEqual(['100%_d'])
  })

  test('what a user types is a value, whatever it looks like', async () => {
    const { core, api } = temporaryApi()
    await addAll(core, api, all)
    const nasty = `x') OR 1=1; DROP TABLE runs; --`
    expect(await namesOf(api, { op: 'text', text: nasty })).toEqual([])
    expect(await namesOf(api, { op: 'tag', tag: nasty })).toEqual([])
    const column: ColumnRef = { kind: 'config', key: nasty }
    expect(await namesOf(api, { op: 'test', column, test: 'eq', value: nasty })).toEqual([])
    const { rows } = await api.call('runs.list', {
      group: [column],
      columns: [column, { kind: 'metric', key: nasty, reading: 'max' }],
      sort: [{ column }],
    })
    expect(rows.map(({ cells }) => cells)).toEqual([[null, null]])
  })
})

describe('suites and their factors', () => {
  const student: ColumnRef = { kind: 'level', factor: 'student' }
  const distillation: ColumnRef = { kind: 'level', factor: 'distillation' }
  const suite: ColumnRef = { kind: 'field', field: 'suite' }
  const is = (column: ColumnRef, test: 'eq' | 'ne', value: string): RunFilter => ({
    op: 'test',
    column,
    test,
    value,
  })

  /** Two students × three distillations × two seeds, and a run of no suite. */
  function filled() {
    const { core, api } = temporaryApi()
    const id = addGenerality(core.store, { students: ['bi_encoder', 'sbert'], seeds: 2 })
    add(core, { name: 'alone', model: 'sbert', epochs: 1, seed: 1 })
    return { core, api, id }
  }

  test('are columns and groups like any other', async () => {
    const { api, id } = filled()
    const { rows } = await api.call('runs.list', {
      filter: is(suite, 'eq', id),
      group: [student, distillation],
      columns: [student, distillation, suite],
      sort: [{ column: student }, { column: distillation, descending: true }],
    })
    expect(rows.map(({ cells, ids }) => [...cells, ids.length])).toEqual([
      ['bi_encoder', 'plain', id, 2],
      ['bi_encoder', 'logit KD', id, 2],
      ['bi_encoder', 'VIRT', id, 2],
      ['sbert', 'plain', id, 2],
      ['sbert', 'logit KD', id, 2],
      ['sbert', 'VIRT', id, 2],
    ])
    const byStudent = await api.call('runs.list', {
      group: [student],
      columns: [student, distillation],
    })
    expect(byStudent.rows.map(({ cells }) => cells)).toEqual([
      [null, null],
      ['sbert', { distinct: 3 }],
      ['bi_encoder', { distinct: 3 }],
    ])
  })

  test('can be filtered by, a run of no suite being none of them', async () => {
    const { api, id } = filled()
    const total = async (filter: RunFilter) =>
      (await api.call('runs.list', { filter, group: null })).total
    expect(await total(is(distillation, 'eq', 'VIRT'))).toBe(4)
    expect(await total(is(distillation, 'ne', 'VIRT'))).toBe(9)
    expect(await total(is(suite, 'ne', id))).toBe(1)
    const none: RunFilter = { op: 'test', column: student, test: 'exists', value: false }
    expect(await namesOf(api, none)).toEqual(['alone'])
  })

  test('of a run that fills cells of two: found by both, shown as the newer one', async () => {
    const { core, api, id } = filled()
    const { store } = core
    const shared = store.suites.cells(store.suites.get(id).key)[0]!
    const other = store.suites.create({ recipe: 'other', path: null, text: null })
    const levels = { variant: 'without VIRT' }
    store.suites.addCells(other.key, [{ ...shared, levels, reused: true }])
    for (const one of [id, other.id]) {
      const { rows } = await api.call('runs.list', {
        filter: { op: 'and', of: [is(suite, 'eq', one), { op: 'ids', of: [shared.runId!] }] },
        columns: [suite, { kind: 'level', factor: 'variant' }, student],
        group: null,
      })
      expect(rows.map(({ cells }) => cells)).toEqual([
        [other.id, 'without VIRT', shared.levels['student']],
      ])
    }
    store.suites.setDeleted(other.id, true)
    const { rows } = await api.call('runs.list', { columns: [suite], group: null, limit: 100 })
    expect(rows.find(({ run }) => run.id === shared.runId)?.cells).toEqual([id])
  })

  test('are offered with their values, in the order of the recipe', async () => {
    const { api, id } = filled()
    const { suites, factors } = await api.call('runs.columns', {})
    expect(suites).toEqual([{ id, name: 'generality-demo' }])
    expect(factors).toEqual([
      { factor: 'student', levels: ['bi_encoder', 'sbert'] },
      { factor: 'distillation', levels: ['plain', 'logit KD', 'VIRT'] },
    ])
  })
})
