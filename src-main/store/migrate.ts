import { readdirSync, readFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { UserError } from '../../src-shared/errors.ts'
import { layout } from '../layout.ts'

/** `virt` in ASCII: marks a SQLite file as Virtlab's (PRAGMA application_id). */
export const applicationId = 0x76697274

export interface Migration {
  /** The schema version this step leads to, from 1 without a gap. */
  version: number
  name: string
  sql: string
}

/** The numbered steps of migrations/, in order. */
export function readMigrations(from: string = layout.migrations): Migration[] {
  const migrations = readdirSync(from)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: readFileSync(`${from}/${name}`, 'utf8'),
    }))
  migrations.forEach(({ version, name }, index) => {
    if (version !== index + 1) throw new Error(`migration ${name} should have number ${index + 1}`)
  })
  return migrations
}

/**
 * Brings the file to the newest schema: one transaction a step, the version in PRAGMA user_version.
 * A file that holds data is copied aside first; returns that copy's path, undefined where none was
 * needed. Throws UserError for a file of a newer Virtlab, of another program, or that cannot be copied.
 */
export function migrate(db: Database, migrations: Migration[]): string | undefined {
  const current = db.pragma('user_version', { simple: true }) as number
  const newest = migrations.length
  refuseForeignFile(db, current)
  if (current > newest) {
    throw new UserError(
      `the database has schema version ${current}, this Virtlab knows versions up to ${newest}`,
      { where: db.name, fix: 'Use the newer Virtlab that made it, or choose another --data-dir.' },
    )
  }
  if (current === newest) return undefined

  const backup = current > 0 && !db.memory ? backUp(db, current) : undefined
  for (const { version, sql } of migrations.slice(current)) {
    db.transaction(() => {
      // Another process may have migrated while this one waited for the lock.
      if ((db.pragma('user_version', { simple: true }) as number) >= version) return
      db.exec(sql)
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${version}`)
    }).immediate()
  }
  return backup
}

function refuseForeignFile(db: Database, version: number): void {
  const id = db.pragma('application_id', { simple: true }) as number
  if (id === applicationId) return
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0
  if (id === 0 && version === 0 && tables === 0) return
  throw new UserError('this SQLite file was not made by Virtlab', {
    where: db.name,
    fix: 'Move it away, or choose another --data-dir.',
  })
}

function backUp(db: Database, version: number): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\..*/g, '')
  const path = `${db.name}.version-${version}.${stamp}.backup`
  try {
    // Unlike a file copy this includes what is still in the write-ahead log.
    db.prepare('VACUUM INTO ?').run(path)
  } catch (cause) {
    throw new UserError(
      `the database needs an upgrade, but it could not be copied aside first: ${cause instanceof Error ? cause.message : String(cause)}`,
      { where: path, fix: 'Free some disk space or mend the folder’s permissions.', cause },
    )
  }
  return path
}
