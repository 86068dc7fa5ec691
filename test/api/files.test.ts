import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createApi } from '../../src-main/api/index.ts'
import { createCore } from '../../src-main/core.ts'
import { plannedRuns, provenance } from '../support/plan.ts'
import { temporaryApi, temporaryCore } from '../support/served.ts'
import { temporaryDataFolder, temporaryFolder } from '../support/temporary.ts'

/** A home folder of the test's own, with a folder beside it that is not in it. */
function homeAndOutside() {
  const root = temporaryFolder()
  const [home, outside] = [join(root, 'home'), join(root, 'outside')]
  mkdirSync(join(home, 'data'), { recursive: true })
  mkdirSync(outside)
  vi.stubEnv('HOME', home)
  return { home, outside }
}

describe('files, served', () => {
  test('are listed inside the home folder and what the settings allow, nowhere else', async () => {
    const { home, outside } = homeAndOutside()
    writeFileSync(join(home, 'data', 'train.tsv'), 'x')
    writeFileSync(join(home, 'data', 'notes.md'), 'x')
    writeFileSync(join(home, '.hidden'), 'x')
    symlinkSync(outside, join(home, 'way-out'))
    const { api } = temporaryApi()

    const top = await api.call('fs.list', {})
    expect(top).toMatchObject({ parent: null, roots: [{ name: '~', path: home }] })
    expect(top.entries.map(({ name }) => name)).toEqual(['data', 'way-out'])
    const inside = await api.call('fs.list', { path: join(home, 'data'), extensions: ['tsv'] })
    expect(inside.entries).toMatchObject([{ name: 'train.tsv', kind: 'file', bytes: 1 }])
    expect(inside.parent).toBe(home)

    const refused = {
      code: 'user',
      message: expect.stringMatching(/outside the folders/) as string,
    }
    for (const path of [outside, '/', join(home, '..'), join(home, 'way-out'), `${home}-other`]) {
      await expect(api.call('fs.list', { path })).rejects.toMatchObject(refused)
    }
    for (const path of [join(outside, 'a.tsv'), join(home, 'way-out', 'a.tsv')]) {
      await expect(api.call('data.inspect', { source: { path } })).rejects.toMatchObject(refused)
      await expect(api.call('recipe.open', { path })).rejects.toMatchObject(refused)
      await expect(api.call('import.runs', { path })).rejects.toMatchObject(refused)
      await expect(api.call('model.inspect', { path })).rejects.toMatchObject(refused)
    }
    await api.call('settings.set', { folders: [outside] })
    expect((await api.call('fs.list', { path: outside })).roots).toHaveLength(2)
    vi.unstubAllEnvs()
  })

  test('a BERT folder is recognised', async () => {
    const { home } = homeAndOutside()
    for (const file of ['config.json', 'model.safetensors', 'vocab.txt']) {
      writeFileSync(join(home, 'data', file), '{}')
    }
    const { api } = temporaryApi()
    const { entries } = await api.call('fs.list', {})
    expect(entries).toMatchObject([{ name: 'data', bert: true }])
    const { ok, problem } = await api.call('model.inspect', { path: join(home, 'data') })
    expect(ok).toBe(false)
    expect(problem?.message).toMatch(/config\.json/)
    vi.unstubAllEnvs()
  })

  test('there is no dialog; the window has one, and no folder is closed to it', async () => {
    const { api } = temporaryApi()
    expect(await api.call('fs.pick', { kind: 'file' })).toEqual({ supported: false, path: null })
    const window = createApi(temporaryCore(), {
      kind: 'window',
      pick: ({ kind }) => Promise.resolve(`/picked/${kind}`),
    })
    expect(await window.call('fs.pick', { kind: 'folder' })).toEqual({
      supported: true,
      path: '/picked/folder',
    })
    expect((await window.call('fs.list', { path: '/' })).parent).toBeNull()
  })
})

describe('a data file', () => {
  test('the demo dataset is looked into like a file, with its own vocabulary', async () => {
    const { api } = temporaryApi()
    const { mapped } = await api.call('data.inspect', {
      source: { demo: 'dev' },
      xMaxLength: 8,
      rows: 3,
    })
    expect(mapped).toMatchObject({
      unit: 'tokens',
      firstRows: [{ line: 1 }, { line: 2 }, { line: 3 }],
    })
    expect(Object.keys(mapped?.labelCounts ?? {})).toEqual(['after', 'before', 'same'])
    expect(mapped?.lengths.x.truncated.count).toBeGreaterThan(0)
  })

  test('is shown as it is, and as a run would read it', async () => {
    const { home } = homeAndOutside()
    const path = join(home, 'pairs.csv')
    const rows = Array.from({ length: 20 }, (_, i) => `the cat ${i},a dog,${i % 4 ? 'no' : 'yes'}`)
    writeFileSync(path, `first,second,gold\n${rows.join('\n')}\nbroken,,no\n`)
    const { api } = temporaryApi()

    const unmapped = await api.call('data.inspect', { source: { path }, rows: 2 })
    expect(unmapped).toMatchObject({ format: 'csv', mapped: null })
    expect(unmapped.raw.columns).toEqual(['first', 'second', 'gold'])
    expect(unmapped.raw.rows[0]).toEqual(['the cat 0', 'a dog', 'yes'])
    expect(unmapped.problem?.message).toMatch(/fit no known layout/)

    const columns = { x: 'first', y: 'second', label: 'gold' }
    const { mapped } = await api.call('data.inspect', {
      source: { path, columns },
      rows: 2,
      xMaxLength: 4,
    })
    expect(mapped).toMatchObject({
      rowsRead: 21,
      rowsKept: 20,
      labelCounts: { no: 15, yes: 5 },
      distinct: { x: 20, y: 1 },
      unit: 'words',
      firstRows: [{ x: 'the cat 0', y: 'a dog', label: 'yes', line: 2 }, { line: 3 }],
    })
    // Three words and two special tokens of which four may stay.
    expect(mapped!.lengths.x).toMatchObject({ max: 5, truncated: { count: 20, tokens: 20 } })
    expect(mapped!.lengths.x.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(20)
    vi.unstubAllEnvs()
  })
})

describe('importing', () => {
  test('takes over another data folder’s runs once, teachers and checkpoints too', async () => {
    const { home } = homeAndOutside()
    const dataFolder = temporaryDataFolder()
    const other = createCore({
      dataFolder: { ...dataFolder, ...rootedAt(join(home, 'data')) },
      trainerEntry: new URL('../support/test-peer.ts', import.meta.url).pathname,
    })
    const { runIds: ids } = other.queue.addRecipe({
      name: 'test',
      path: null,
      text: null,
      runs: plannedRuns(),
      provenance,
    })
    await other.queue.work()
    const before = other.store.series.points(other.store.runs.get(ids[2]!).key, 'train/loss')

    const { api, core } = temporaryApi()
    const path = join(home, 'data')
    const outcomes = async () =>
      (await api.call('import.runs', { path })).runs.map(({ id, outcome }) => [id, outcome])
    expect(await outcomes()).toEqual(ids.map((id) => [id, 'new']))
    expect(await outcomes()).toEqual(ids.map((id) => [id, 'present']))
    other.close()

    const virt = await api.call('runs.get', { id: ids[2]! })
    expect(virt).toMatchObject({
      teacher: { id: ids[0] },
      record: { status: 'completed', recipe: 'test' },
    })
    const after = core.store.series.points(virt.record.key, 'train/loss')
    expect(after).toEqual(before)
    const { checkpoints } = await api.call('runs.checkpoints', { id: ids[2]! })
    expect(checkpoints[0]).toMatchObject({ onDisk: true })
    const { series } = await api.call('series.buckets', {
      runs: ids,
      keys: ['train/loss'],
      pixels: 5,
    })
    expect(series).toHaveLength(3)
    vi.unstubAllEnvs()
  })

  test('a file of another program is refused', async () => {
    const { home } = homeAndOutside()
    const path = join(home, 'diary.db')
    writeFileSync(path, 'dear diary '.repeat(1000))
    const { api } = temporaryApi()
    await expect(api.call('import.runs', { path })).rejects.toMatchObject({ code: 'user' })
    vi.unstubAllEnvs()
  })
})

function rootedAt(root: string) {
  mkdirSync(join(root, 'runs'), { recursive: true })
  return { root, database: join(root, 'virtlab.db'), runs: join(root, 'runs') }
}
