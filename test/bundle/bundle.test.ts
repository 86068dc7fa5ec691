import { existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Database } from 'better-sqlite3'
import { unzipSync, zipSync } from 'fflate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ZipFile } from 'yazl'
import { exportBundle } from '../../src-main/bundle/export-bundle.ts'
import { createCore, type Core } from '../../src-main/core.ts'
import { runImport } from '../../src-main/import/run-import.ts'
import { runTables } from '../../src-main/import/merge/run-tables.ts'
import { UserError } from '../../src-shared/errors.ts'
import { measuredCost } from '../support/measured-cost.ts'
import { plannedRuns, provenance, testPeer } from '../support/plan.ts'
import { temporaryDataFolder, temporaryFolder } from '../support/temporary.ts'

function core(): Core {
  const made = createCore({ dataFolder: temporaryDataFolder(), trainerEntry: testPeer })
  onTestFinished(() => made.close())
  return made
}

const ends = (of: Core) => ({ store: of.store, root: of.folder.root, runDir: of.runDir })

/** A data folder with a teacher, a bi_encoder and a student of the teacher, labelled. */
async function trained() {
  const made = core()
  const { runIds } = made.queue.addRecipe({
    name: 'test',
    path: null,
    text: null,
    runs: plannedRuns(),
    provenance,
  })
  await made.queue.work()
  made.store.db.prepare("UPDATE runs SET notes = 'the one' WHERE id = ?").run(runIds[0])
  made.store.db.prepare("INSERT INTO run_tags (run, tag) SELECT key, 'paper' FROM runs").run()
  return { made, runIds, file: join(temporaryFolder(), 'all.virtlab') }
}

/** Every row of every table that belongs to a run, without the keys that are given anew. */
function contentOf(db: Database, id: string): Record<string, unknown[]> {
  const { run, ofRun, ofSeries } = runTables(db)
  const key = db.prepare<[string], number>('SELECT key FROM runs WHERE id = ?').pluck().get(id)
  const content: Record<string, unknown[]> = {
    runs: db.prepare(`SELECT ${run.join(', ')} FROM runs WHERE key = ?`).all(key),
    related: db
      .prepare(
        `SELECT s.id, s.recipe, t.id AS teacher FROM runs r LEFT JOIN suites s ON s.key = r.suite
         LEFT JOIN runs t ON t.key = r.teacher WHERE r.key = ?`,
      )
      .all(key),
    cells: db
      .prepare(
        `SELECT s.id, c.name, c.seed, c.position, c.config, c.teacher FROM cells c
         JOIN suites s ON s.key = c.suite WHERE c.run = ?`,
      )
      .all(key),
  }
  for (const { name, owner, columns, order } of ofRun) {
    const sql = `SELECT ${columns.join(', ')} FROM ${name} WHERE ${owner} = ? ORDER BY ${order.join(', ')}`
    content[name] = db.prepare(sql).all(key)
  }
  for (const { name, owner, columns, order } of ofSeries) {
    const list = columns.map((column) => `o.${column}`).join(', ')
    const by = order.filter((column) => column !== owner).map((column) => `o.${column}`)
    content[name] = db
      .prepare(
        `SELECT s.name, ${list} FROM ${name} o JOIN series s ON s.key = o.${owner}
         WHERE s.run = ? ORDER BY s.name, ${by.join(', ')}`,
      )
      .all(key)
  }
  return content
}

describe('a bundle', () => {
  test('brings every row of every table to another data folder, once', async () => {
    const { made, runIds, file } = await trained()
    const wanted = { runs: runIds, suites: [], checkpoints: false }
    await exportBundle(ends(made), wanted, file)

    const other = core()
    const look = await runImport(ends(other), { path: file, dryRun: true })
    expect(look.runs.map(({ outcome }) => outcome)).toEqual(['new', 'new', 'new'])
    expect(other.store.runs.list()).toEqual([])
    const summary = await runImport(ends(other), { path: file, dryRun: false })
    expect(summary).toEqual({ ...look, dryRun: false })
    for (const id of runIds) {
      expect(contentOf(other.store.db, id)).toEqual(contentOf(made.store.db, id))
    }
    expect(contentOf(other.store.db, runIds[2]!)['related']).toMatchObject([{ teacher: runIds[0] }])

    const again = await runImport(ends(other), { path: file, dryRun: false })
    expect(again.runs.map(({ outcome }) => outcome)).toEqual(['present', 'present', 'present'])
    expect(again).toMatchObject({ suites: 0, cells: 0 })
    for (const id of runIds) {
      expect(contentOf(other.store.db, id)).toEqual(contentOf(made.store.db, id))
    }
    expect(readdirSync(other.folder.root).filter((name) => name.startsWith('staging'))).toEqual([])
  })

  test('of a student has its teacher; the rest of the suite is added by a later one', async () => {
    const { made, runIds, file } = await trained()
    await exportBundle(ends(made), { runs: [runIds[2]!], suites: [], checkpoints: false }, file)
    const other = core()
    await runImport(ends(other), { path: file, dryRun: false })
    const ids = () =>
      other.store.runs
        .list()
        .map(({ id }) => id)
        .reverse()
    expect(ids()).toEqual([runIds[0], runIds[2]])
    const [suite] = made.store.suites.list()
    await exportBundle(ends(made), { runs: [], suites: [suite!.id], checkpoints: false }, file)
    const { runs } = await runImport(ends(other), { path: file, dryRun: false })
    expect(runs.map(({ outcome }) => outcome)).toEqual(['present', 'new', 'present'])
    const [there] = other.store.suites.list()
    const cells = (of: Core, key: number) =>
      of.store.suites.cells(key).map(({ name, runId }) => [name, runId])
    expect(new Map(cells(other, there!.key) as [string, string][])).toEqual(
      new Map(cells(made, suite!.key) as [string, string][]),
    )
  })

  test('brings checkpoints where they are asked for, and adds them to a run that lacks them', async () => {
    const { made, runIds, file } = await trained()
    const other = core()
    await exportBundle(ends(made), { runs: runIds, suites: [], checkpoints: false }, file)
    await runImport(ends(other), { path: file, dryRun: false })
    expect(existsSync(other.runDir(runIds[0]!))).toBe(false)
    await exportBundle(ends(made), { runs: runIds, suites: [], checkpoints: true }, file)
    const { files } = await runImport(ends(other), { path: file, dryRun: false })
    expect(files.n).toBeGreaterThan(0)
    const best = made.store.details.checkpoint(made.store.runs.get(runIds[0]!).key, 'best')!
    const weights = (of: Core) =>
      readFileSync(join(of.runDir(runIds[0]!), best.path, 'model.safetensors'))
    expect(weights(other)).toEqual(weights(made))
    expect((await runImport(ends(other), { path: file, dryRun: false })).files.n).toBe(0)
  })

  test('brings measured costs once, also those of a run that is there already', async () => {
    const { made, runIds, file } = await trained()
    const measure = (id: string) => {
      const run = made.store.runs.get(id)
      made.store.efficiency.add({
        run,
        name: run.name,
        checkpoint: { kind: 'best', step: 2 },
        cost: measuredCost(),
      })
    }
    const carry = async () => {
      await exportBundle(ends(made), { runs: runIds, suites: [], checkpoints: false }, file)
      return runImport(ends(other), { path: file, dryRun: false })
    }
    const costs = (of: Core) =>
      of.store.efficiency.list().map(({ id, runId, cost }) => [id, runId, cost])
    const other = core()
    measure(runIds[0]!)
    expect((await carry()).taken).toContainEqual({ table: 'efficiency', n: 1 })
    expect(costs(other)).toEqual(costs(made))

    measure(runIds[0]!)
    measure(runIds[1]!)
    const later = await carry()
    expect(later.runs.map(({ outcome }) => outcome)).toEqual(['present', 'present', 'present'])
    expect(later.taken).toEqual([{ table: 'efficiency', n: 2 }])
    expect(costs(other)).toHaveLength(3)
    expect(costs(other)).toEqual(costs(made))
    expect((await carry()).taken).toEqual([])
    expect(costs(other)).toEqual(costs(made))
  })

  test('without attention maps is the same run; a later one brings the maps, once', async () => {
    const { made, runIds, file } = await trained()
    made.store.db.exec(
      `INSERT INTO attention_snapshots (run, step, example, layer, source, direction, heads, row_tokens, column_tokens, data)
       SELECT key, 4, 'dev-1', 0, 'student', 'x_to_y', 1, '["a"]', '["b"]', x'0102' FROM runs`,
    )
    const carry = async (attention: boolean) => {
      const wanted = { runs: runIds, suites: [], checkpoints: false, attention }
      await exportBundle(ends(made), wanted, file)
      return runImport(ends(other), { path: file, dryRun: false })
    }
    const maps = (of: Core) => runIds.map((id) => contentOf(of.store.db, id)['attention_snapshots'])
    const other = core()
    expect(maps(made).flat().length).toBeGreaterThan(0)
    await carry(false)
    expect(maps(other).flat()).toEqual([])
    const { runs, taken } = await carry(true)
    expect(runs.map(({ outcome }) => outcome)).toEqual(['present', 'present', 'present'])
    expect(taken).toEqual([{ table: 'attention_snapshots', n: maps(made).flat().length }])
    expect(maps(other)).toEqual(maps(made))
    expect((await carry(true)).taken).toEqual([])
    expect((await carry(false)).runs.map(({ outcome }) => outcome)).not.toContain('different')
  })

  test('tells of a run from which file it came, and does not carry that on', async () => {
    const { made, runIds, file } = await trained()
    const wanted = { runs: runIds, suites: [], checkpoints: false }
    await exportBundle(ends(made), wanted, file)
    const other = core()
    await runImport(ends(other), { path: file, dryRun: false })
    expect(other.store.runs.get(runIds[0]!).importedFrom).toMatchObject({
      format: 'bundle',
      path: file,
    })
    expect(made.store.runs.get(runIds[0]!).importedFrom).toBeNull()
    const back = join(temporaryFolder(), 'back.virtlab')
    await exportBundle(ends(other), wanted, back)
    const { runs } = await runImport(ends(made), { path: back, dryRun: false })
    expect(runs.map(({ outcome }) => outcome)).toEqual(['present', 'present', 'present'])
    expect(made.store.runs.get(runIds[0]!).importedFrom).toBeNull()
  })

  test('a run of the same id and other content stays as it is, and is told of', async () => {
    const { made, runIds, file } = await trained()
    await exportBundle(ends(made), { runs: runIds, suites: [], checkpoints: false }, file)
    const other = core()
    await runImport(ends(other), { path: file, dryRun: false })
    const { key } = other.store.runs.get(runIds[1]!)
    other.store.db.exec(
      `UPDATE points SET value = 42 WHERE series = (SELECT min(key) FROM series WHERE run = ${key})`,
    )
    const before = contentOf(other.store.db, runIds[1]!)
    const { runs } = await runImport(ends(other), { path: file, dryRun: false })
    expect(runs[1]).toMatchObject({ outcome: 'different', differs: ['points'] })
    expect(contentOf(other.store.db, runIds[1]!)).toEqual(before)
  })
})

describe('a bundle that is damaged or hostile is refused, and nothing of it stays:', () => {
  async function refused(change: (entries: Record<string, Uint8Array>, file: string) => unknown) {
    const { made, runIds, file } = await trained()
    await exportBundle(ends(made), { runs: runIds, suites: [], checkpoints: true }, file)
    const entries = unzipSync(readFileSync(file))
    if ((await change(entries, file)) !== file) writeFileSync(file, zipSync(entries))
    const other = core()
    const error: unknown = await runImport(ends(other), {
      path: file,
      format: 'bundle',
      dryRun: false,
    }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UserError)
    expect(other.store.db.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(0)
    expect(readdirSync(other.folder.runs)).toEqual([])
    expect(readdirSync(other.folder.root).filter((name) => name.startsWith('staging'))).toEqual([])
    return (error as UserError).explain()
  }
  const editManifest = (entries: Record<string, Uint8Array>, change: (it: object) => object) => {
    const manifest = JSON.parse(Buffer.from(entries['manifest.json']!).toString()) as object
    entries['manifest.json'] = Buffer.from(JSON.stringify(change(manifest)))
  }

  test('cut off', async () => {
    const told = await refused((_, file) => {
      truncateSync(file, readFileSync(file).length - 500)
      return file
    })
    expect(told).toMatch(/damaged/)
  })

  test('another byte in an entry', async () => {
    const told = await refused((entries) => {
      entries['virtlab.db']![5000]! ^= 1
    })
    expect(told).toMatch(/sha256 differs/)
  })

  test('a newer version of the format', async () => {
    const told = await refused((entries) => editManifest(entries, (it) => ({ ...it, version: 2 })))
    expect(told).toMatch(/version 2.*newer Virtlab/s)
  })

  test('an entry that leads out of the folder', async () => {
    const told = await refused((entries) => {
      entries['../../evil'] = Buffer.from('evil')
    })
    expect(told).toMatch(/damaged/)
  })

  test('an entry that no bundle has, and one that is not in the list', async () => {
    expect(await refused((entries) => void (entries['run.sh'] = Buffer.from('x')))).toMatch(
      /run\.sh/,
    )
    const hidden = 'runs/abcd2345/checkpoints/step-1/model.safetensors'
    expect(await refused((entries) => void (entries[hidden] = Buffer.from('x')))).toMatch(
      /not in its list/,
    )
  })

  test('an entry that unpacks to much more than it has', async () => {
    const told = await refused(async (entries, file) => {
      const zip = new ZipFile()
      for (const [name, bytes] of Object.entries(entries)) zip.addBuffer(Buffer.from(bytes), name)
      zip.addBuffer(
        Buffer.alloc(40 * 2 ** 20),
        'runs/abcd2345/checkpoints/step-1/model.safetensors',
      )
      zip.end()
      await pipeline(zip.outputStream, createWriteStream(file))
      return file
    })
    expect(told).toMatch(/would unpack to/)
  })

  test('a database with a trigger of its own', async () => {
    const told = await refused(async (entries) => {
      const Sqlite = (await import('better-sqlite3')).default
      const path = join(temporaryFolder(), 'x.db')
      writeFileSync(path, entries['virtlab.db']!)
      const db = new Sqlite(path)
      db.exec('CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END')
      db.close()
      entries['virtlab.db'] = readFileSync(path)
      const { createHash } = await import('node:crypto')
      const sha256 = createHash('sha256').update(entries['virtlab.db']).digest('hex')
      const bytes = entries['virtlab.db'].length
      editManifest(entries, (it) => ({
        ...it,
        entries: (it as { entries: { path: string }[] }).entries.map((entry) =>
          entry.path === 'virtlab.db' ? { ...entry, sha256, bytes } : entry,
        ),
      }))
    })
    expect(told).toMatch(/not as Virtlab makes it/)
  })
})
