import { describe, expect, test } from 'vitest'
import { packMap } from '../../src-main/trainer/attention/pack-map.ts'
import type { AttentionSnapshot, Prediction } from '../../src-shared/protocol.ts'
import { trainedConfig } from '../../src-shared/run-record.ts'
import { batchOf } from '../support/batches.ts'
import { addRun } from '../support/stored-run.ts'
import { temporaryApi } from '../support/served.ts'

/** An answer of two classes that gives class 1 this much. */
const answer = (
  exampleId: string,
  label: number,
  ofOne: number,
  x = `x of ${exampleId}`,
): Prediction => ({
  split: 'dev',
  exampleId,
  x,
  y: 'y',
  label,
  logits: Float32Array.from([0, Math.log(ofOne / (1 - ofOne))]),
})

describe('predictions', () => {
  const answers = [
    answer('e1', 0, 0.125),
    answer('e2', 0, 0.75),
    answer('e3', 1, 0.25),
    answer('e4', 1, 0.625),
  ]

  function stored(given: Prediction[], facts = {}) {
    const { api, core } = temporaryApi()
    const run = addRun(core.store)
    core.store.writeBatch(
      batchOf(run.id, 1, { predictions: given, facts: { labels: ['no', 'yes'], ...facts } }),
    )
    return { api, core, id: run.id }
  }

  test('come with their confusion matrix; errors, its cells and texts can be picked out', async () => {
    const { api, id } = stored(answers)
    const all = await api.call('runs.predictions', { id })
    expect(all).toMatchObject({ split: 'dev', splits: ['dev'], labels: ['no', 'yes'], total: 4 })
    expect(all.confusion).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(all.rows[0]!.probabilities[1]).toBeCloseTo(0.125, 6)
    const ids = async (filter: object) => {
      const { rows } = await api.call('runs.predictions', { id, ...filter })
      return rows.map(({ exampleId }) => exampleId)
    }
    expect(await ids({ onlyErrors: true })).toEqual(['e2', 'e3'])
    expect(await ids({ label: 1, predicted: 0 })).toEqual(['e3'])
    expect(await ids({ text: 'X OF E4' })).toEqual(['e4'])
    expect(await ids({ sort: 'doubt' })).toEqual(['e4', 'e2', 'e3', 'e1'])
    expect(await ids({ sort: 'confidence', offset: 1, limit: 2 })).toEqual(['e2', 'e3'])
  })

  test('of two runs are compared on the examples that both have', async () => {
    const { api, core, id: a } = stored(answers)
    const other = addRun(core.store, { seed: 2 })
    const changed = [
      answer('e1', 0, 0.25),
      answer('e2', 0, 0.25),
      answer('e3', 1, 0.25),
      answer('e4', 1, 0.25),
      answer('e5', 1, 0.5),
    ]
    core.store.writeBatch(
      batchOf(other.id, 1, { predictions: changed, facts: { labels: ['no', 'yes'] } }),
    )
    const compared = await api.call('runs.disagreements', { a, b: other.id })
    expect(compared).toMatchObject({
      shared: 4,
      onlyInA: 0,
      onlyInB: 1,
      counts: { bothRight: 1, onlyARight: 1, onlyBRight: 1, bothWrong: 1, different: 2 },
      total: 2,
    })
    expect(
      compared.rows.map(({ exampleId, a: of, b }) => [exampleId, of.predicted, b.predicted]),
    ).toEqual([
      ['e2', 1, 0],
      ['e4', 1, 0],
    ])
    const kind = 'both_wrong'
    const wrong = await api.call('runs.disagreements', { a, b: other.id, kind })
    expect(wrong.rows.map(({ exampleId }) => exampleId)).toEqual(['e3'])
  })

  test('an example of the same id but another text is not the same example', async () => {
    const { api, core, id: a } = stored(answers)
    const other = addRun(core.store, { seed: 2 })
    const elsewhere = [answer('e1', 0, 0.9, 'another text')]
    core.store.writeBatch(
      batchOf(other.id, 1, { predictions: elsewhere, facts: { labels: ['no', 'yes'] } }),
    )
    expect(await api.call('runs.disagreements', { a, b: other.id })).toMatchObject({
      shared: 0,
      onlyInA: 4,
    })
  })
})

describe('attention', () => {
  const snapshot = (
    source: 'teacher' | 'student',
    step: number,
    layer: number,
    heads: number[][][],
  ): AttentionSnapshot => {
    const [rows, columns] = [heads[0]!.length, heads[0]![0]!.length]
    return {
      step,
      exampleId: 'e1',
      layer,
      source,
      direction: 'x_to_y',
      heads: heads.length,
      rowTokens: ['a', '##b'].slice(0, rows),
      columnTokens: ['c', 'd', 'e'].slice(0, columns),
      data: packMap(
        Float32Array.from(heads.flat(2)),
        { heads: heads.length, paddedRows: rows, paddedColumns: columns },
        rows,
        columns,
      ),
    }
  }
  const teacherMap = [
    [
      [0.5, 0.5],
      [1, 0],
    ],
    [
      [0, 1],
      [0, 1],
    ],
  ]
  const far = [
    [
      [0.5, 0.5],
      [0, 1],
    ],
    [
      [1, 0],
      [1, 0],
    ],
  ]

  function stored() {
    const { api, core } = temporaryApi()
    const virt = core.store.runs.create({
      ...addRun(core.store),
      name: 'virt',
      config: {
        ...trainedConfig(addRun(core.store)),
        model: { ...trainedConfig(addRun(core.store)).model, type: 'virt_encoder' },
      },
    })
    core.store.writeBatch(
      batchOf(virt.id, 1, {
        attention: [
          snapshot('teacher', 0, 1, teacherMap),
          snapshot('student', 0, 1, far),
          snapshot('student', 10, 1, teacherMap),
        ],
      }),
    )
    return { api, core, id: virt.id }
  }

  test('is listed, and comes as the student’s map of a step beside the frozen teacher’s', async () => {
    const { api, id } = stored()
    expect(await api.call('attention.index', { id })).toMatchObject({
      examples: [{ exampleId: 'e1', x: 'ab', y: 'c d', label: null }],
      steps: [0, 10],
      layers: [1],
      heads: 2,
    })
    const { maps } = await api.call('attention.maps', { id, exampleId: 'e1', step: 10, layer: 1 })
    expect(maps.map(({ source, step }) => [source, step])).toEqual([
      ['teacher', 0],
      ['student', 10],
    ])
    expect(maps[1]).toMatchObject({ rowTokens: ['a', '##b'], columnTokens: ['c', 'd'], heads: 2 })
    expect([...maps[1]!.data]).toEqual(teacherMap.flat(2))
    await expect(
      api.call('attention.maps', { id, exampleId: 'e1', step: 5, layer: 1 }),
    ).rejects.toMatchObject({
      code: 'user',
      message: 'there is no attention of e1 at step 5, layer 1',
    })
  })

  test('its distance from the teacher’s goes by step, layer and head', async () => {
    const { api, id } = stored()
    const { steps, layers, heads, values, unit } = await api.call('attention.distances', { id })
    expect({ steps: [...steps], layers, heads, unit }).toEqual({
      steps: [0, 10],
      layers: [1],
      heads: 2,
      unit: 'share',
    })
    // Head 1 agrees on one of two rows and not at all on the other; head 2 on none.
    expect([...values]).toEqual([0.5, 1, 0, 0])
    const kl = await api.call('attention.distances', { id, measure: 'kl' })
    expect([...kl.values.subarray(2)]).toEqual([0, 0])
    expect(kl.values[1]).toBeCloseTo(24 * Math.LN2, 4)
  })
})

describe('logs', () => {
  test('are read from the end, backwards, or what is new; by level and text', async () => {
    const { api, core } = temporaryApi()
    const run = addRun(core.store)
    const logs = Array.from({ length: 10 }, (_, i) => ({
      time: i,
      level: i % 5 === 0 ? ('warn' as const) : ('info' as const),
      text: `line ${i} 100%`,
    }))
    core.store.writeBatch(batchOf(run.id, 1, { logs }))
    const texts = async (input: object) => {
      const { lines } = await api.call('runs.logs', { id: run.id, ...input })
      return lines.map(({ text }) => Number(text.split(' ')[1]))
    }
    const { lines, total } = await api.call('runs.logs', { id: run.id, limit: 3 })
    expect(total).toBe(10)
    expect(lines.map(({ text }) => text)).toEqual(['line 7 100%', 'line 8 100%', 'line 9 100%'])
    expect(await texts({ before: lines[0]!.key, limit: 2 })).toEqual([5, 6])
    expect(await texts({ after: lines[1]!.key })).toEqual([9])
    expect(await texts({ levels: ['warn'] })).toEqual([0, 5])
    expect(await texts({ text: '3 100%' })).toEqual([3])
  })
})

test('labels, notes and names are changed together, and undone', async () => {
  const { api, core } = temporaryApi()
  const { id } = addRun(core.store, { name: 'before' })
  const { before } = await api.call('runs.update', {
    changes: [{ id, name: 'after', tags: ['b', 'a', 'a'], notes: 'seen' }],
  })
  const brief = async () => (await api.call('runs.get', { id })).brief
  expect(await brief()).toMatchObject({ name: 'after', tags: ['a', 'b'], notes: 'seen' })
  await api.call('runs.update', { changes: before })
  expect(await brief()).toMatchObject({ name: 'before', tags: [], notes: '' })
})

test('settings and views are kept; a value that cannot be read is the default', async () => {
  const { api, core } = temporaryApi()
  await api.call('settings.set', { theme: 'dark' })
  await api.call('settings.set', { language: 'zh' })
  core.store.db.exec(`INSERT INTO settings VALUES ('onQuit', '"explode"'), ('unknown', '1')`)
  expect(await api.call('settings.get', {})).toMatchObject({
    theme: 'dark',
    language: 'zh',
    onQuit: 'ask',
  })
  const view = await api.call('views.save', { page: 'runs', name: 'mine', state: { columns: [1] } })
  await api.call('views.save', { id: view.id, page: 'runs', name: 'ours', state: view.state })
  const { views } = await api.call('views.list', { page: 'runs' })
  expect(views).toMatchObject([{ id: view.id, name: 'ours', state: { columns: [1] } }])
  await api.call('views.delete', { id: view.id })
  expect((await api.call('views.list', {})).views).toEqual([])
})
