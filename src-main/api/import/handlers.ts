import { cp, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../../../src-shared/errors.ts'
import { applicationId, migrate, readMigrations } from '../../store/migrate.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { databaseAt } from '../export.ts'
import { assertReadable } from '../files/allowed.ts'
import { readSettings } from '../settings.ts'
import { ofRun, ofSeries, runColumns } from './tables.ts'

/** Takes over runs of another Virtlab data folder, with their checkpoints where the folder has them. */
export function importHandlers({ core, events, shell }: ApiContext): Handlers<'import.runs'> {
  const { db, path: own } = core.store

  return {
    async 'import.runs'({ path }) {
      const file = databaseAt(assertReadable(path, shell, readSettings(db)))
      if (file === own) {
        throw new UserError('this is the data folder that is open', { where: file })
      }
      // A copy, so that the other file stays as it is, whatever its version, and may be in use.
      const folder = await mkdtemp(join(core.folder.root, 'import-'))
      try {
        const copy = join(folder, 'copy.db')
        copyDatabase(file, copy)
        const { imported, skipped } = takeOver(copy)
        for (const id of imported) {
          const from = join(dirname(file), 'runs', id)
          if (existsSync(from)) await cp(from, core.runDir(id), { recursive: true })
        }
        if (imported.length > 0) events.emit('run.changed', { ids: imported, what: 'created' })
        return { imported, skipped }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }

  function takeOver(copy: string): { imported: string[]; skipped: number } {
    db.prepare('ATTACH ? AS other').run(copy)
    try {
      return db.transaction(insertAll).immediate()
    } finally {
      db.exec('DETACH other')
    }
  }

  function insertAll(): { imported: string[]; skipped: number } {
    const ids = db
      .prepare<[], string>(
        'SELECT id FROM other.runs WHERE id NOT IN (SELECT id FROM main.runs) ORDER BY key',
      )
      .pluck()
      .all()
    const total = db.prepare<[], number>('SELECT count(*) FROM other.runs').pluck().get() ?? 0
    db.exec(`
      INSERT INTO main.suites (id, recipe, recipe_path, recipe_text, created_at)
      SELECT id, recipe, recipe_path, recipe_text, created_at FROM other.suites
      WHERE id NOT IN (SELECT id FROM main.suites)`)
    const columns = runColumns.join(', ')
    const wanted = JSON.stringify(ids)
    db.prepare(
      `INSERT INTO main.runs (suite, ${columns})
       SELECT (SELECT key FROM main.suites m WHERE m.id =
           (SELECT o.id FROM other.suites o WHERE o.key = r.suite)), ${columns}
       FROM other.runs r WHERE id IN (SELECT value FROM json_each(?)) ORDER BY key`,
    ).run(wanted)
    // Nothing of it goes on here: its process belongs to the other folder.
    db.prepare(
      `UPDATE main.runs SET status = CASE status WHEN 'running' THEN 'crashed' ELSE 'stopped' END
       WHERE status IN ('running', 'queued') AND id IN (SELECT value FROM json_each(?))`,
    ).run(wanted)
    db.prepare(
      `UPDATE main.runs SET teacher = (
         SELECT m.key FROM other.runs o JOIN other.runs t ON t.key = o.teacher
           JOIN main.runs m ON m.id = t.id WHERE o.id = main.runs.id)
       WHERE id IN (SELECT value FROM json_each(?))`,
    ).run(wanted)
    for (const [table, names] of Object.entries(ofRun)) {
      const list = names.join(', ')
      db.prepare(
        `INSERT INTO main.${table} (run, ${list})
         SELECT m.key, ${names.map((name) => `o.${name}`).join(', ')}
         FROM json_each(?) w JOIN other.runs r ON r.id = w.value JOIN main.runs m ON m.id = w.value
           JOIN other.${table} o ON o.run = r.key`,
      ).run(wanted)
    }
    db.prepare(
      `UPDATE main.jobs SET state = 'ended' WHERE state <> 'ended' AND run IN
         (SELECT key FROM main.runs WHERE id IN (SELECT value FROM json_each(?)))`,
    ).run(wanted)
    for (const [table, names] of Object.entries(ofSeries)) {
      const list = names.join(', ')
      db.prepare(
        `INSERT INTO main.${table} (series, ${list})
         SELECT ms.key, ${names.map((name) => `o.${name}`).join(', ')}
         FROM json_each(?) w JOIN other.runs r ON r.id = w.value JOIN main.runs m ON m.id = w.value
           JOIN other.series s ON s.run = r.key JOIN main.series ms ON ms.run = m.key AND ms.name = s.name
           JOIN other.${table} o ON o.series = s.key`,
      ).run(wanted)
    }
    return { imported: ids, skipped: total - ids.length }
  }
}

/** Brought to the newest schema. Throws UserError for a file that is no Virtlab database. */
function copyDatabase(from: string, to: string): void {
  let source: Database.Database | undefined
  try {
    source = new Database(from, { readonly: true })
    if (source.pragma('application_id', { simple: true }) !== applicationId) {
      throw new UserError('this SQLite file was not made by Virtlab', { where: from })
    }
    source.prepare('VACUUM INTO ?').run(to)
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    throw new UserError(`this database cannot be read: ${error.message}`, {
      where: from,
      cause: error,
    })
  } finally {
    source?.close()
  }
  const copy = new Database(to)
  // The copy is ours to change; a backup of it is of no use.
  copy.pragma('foreign_keys = ON')
  migrate(copy, readMigrations())
  copy.close()
}
